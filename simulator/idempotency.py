"""Repeats of a call under the same Idempotency-Key get the first answer again.

Midtrans keeps a key for five minutes (subscriptions: three), shares it between all endpoints,
looks at nothing but the key, and remembers only successes. Source: Midtrans, API headers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.calls import Answer

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.calls import Call
    from simulator.clock import Clock

LIFE_SECONDS = 300.0
SUBSCRIPTION_LIFE_SECONDS = 180.0
LONGEST_KEY = 46
"""A longer key is ignored without a word."""
WITHOUT_KEYS = frozenset({"pay_account", "card_token", "card_register"})


@dataclass(slots=True)
class _Kept:
    forget_at: datetime
    answer: Answer | None
    """None while the first call is still running."""


class IdempotencyKeys:
    """The answers that are still remembered."""

    def __init__(self, clock: Clock) -> None:
        """Start without any."""
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def key_of(self, call: Call) -> str | None:
        """Return the key that counts for this call, if it carries one."""
        key = call.headers.get("idempotency-key")
        if not key or len(key) > LONGEST_KEY or call.method != "POST" or call.name in WITHOUT_KEYS:
            return None
        return None if _is_permata(call) else key

    def earlier(self, key: str) -> Answer | None:
        """Return the answer to repeat, or None when the key is new, and then claim the key."""
        self._forget_old()
        kept = self._kept.get(key)
        if kept is None or kept.forget_at <= self._clock.now():
            self._kept[key] = _Kept(self._clock.after(LIFE_SECONDS), None)
            return None
        if kept.answer is None:
            return Answer(status=202, document={"status_code": "202", "status_message": "Request is being processed"})
        return kept.answer

    def remember(self, key: str, call: Call, answer: Answer | None) -> None:
        """Keep a success for the repeats; give the key free after anything else."""
        if answer is None or not _is_success(answer):
            self._kept.pop(key, None)
            return
        life = SUBSCRIPTION_LIFE_SECONDS if call.name == "subscription" else LIFE_SECONDS
        self._kept[key] = _Kept(self._clock.after(life), answer)

    def clear(self) -> None:
        """Forget every key."""
        self._kept.clear()

    def _forget_old(self) -> None:
        # Keys stand in the order they came, so the old ones are in front.
        now = self._clock.now()
        while self._kept and next(iter(self._kept.values())).forget_at <= now:
            del self._kept[next(iter(self._kept))]


def _is_success(answer: Answer) -> bool:
    if answer.status >= 300 or not isinstance(answer.document, dict):
        return False
    return str(answer.document.get("status_code", "200")).startswith("2")


def _is_permata(call: Call) -> bool:
    transfer = call.fields.get("bank_transfer")
    return isinstance(transfer, dict) and transfer.get("bank") == "permata"
