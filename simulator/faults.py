"""Scripted misbehaviour: what goes wrong, for which call and order, how often.

A fault names a `call` (`charge`, `status`, `cancel`, `expire`, `refund`, `qr`, `notification`, … or `*`),
may name an `order_id` as a glob, and has a `kind`. `docs/simulator.md` explains every kind to users;
the short list, by what the kind needs in order to strike:

- Before anything is done, or with `done: true` after it: `latency`, `http_500`, `http_502`, `http_503`, `http_504`,
  `http_429`, `body_500`, `body_503`, `body_429`, `body_404`, `html`, `empty`, `redirect`.
- On the connection: `drop_request` (nothing done), `drop_answer` (done, then closed), `half_json`, `trickle_body`,
  `trickle_header` (all done).
- In a charge: `duplicate_order`, `charge_denied`, `corrupt_qr_crc`, `corrupt_qr_amount`, `corrupt_qr_merchant`,
  `no_qr_string`, `no_v2_action`, `actions_reordered`, `notify_before_answer`.
- In a refund: `refund_denied`, `no_confirm`, `late_confirm`, `notify_before_answer`.
- In what is said (answers and notifications): `wrong_amount`, `wrong_order`, `wrong_merchant`, `bad_signature`,
  `forged_status`, `upper_case_status`, `unknown_fields`, `no_status_code`.
- In notifications only: `duplicate` (with `copies`), `reorder`, `lost`, and `latency`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.ids import Ids

INSTEAD = frozenset(
    {
        *("http_500", "http_502", "http_503", "http_504", "http_429"),
        *("body_500", "body_503", "body_429", "body_404", "html", "empty", "redirect"),
    }
)
"""Kinds that replace the answer by another one."""
CONNECTION = frozenset({"drop_request", "drop_answer", "half_json", "trickle_body", "trickle_header"})
CHARGE = frozenset(
    {
        *("duplicate_order", "charge_denied", "corrupt_qr_crc", "corrupt_qr_amount", "corrupt_qr_merchant"),
        *("no_qr_string", "no_v2_action", "actions_reordered", "notify_before_answer"),
    }
)
REFUND = frozenset({"refund_denied", "no_confirm", "late_confirm", "notify_before_answer"})
WORDS = frozenset(
    {
        *("wrong_amount", "wrong_order", "wrong_merchant", "bad_signature"),
        *("forged_status", "upper_case_status", "unknown_fields", "no_status_code"),
    }
)
NOTIFICATION = frozenset({"duplicate", "reorder", "lost"})
KINDS = INSTEAD | CONNECTION | CHARGE | REFUND | WORDS | NOTIFICATION | {"latency"}
CALLS = frozenset(
    {
        *("charge", "status", "cancel", "expire", "approve", "deny", "capture", "refund", "qr", "notification"),
        *("card_token", "card_register", "point_inquiry", "snap", "subscription", "pay_account", "*"),
    }
)


@dataclass(slots=True)
class Fault:
    """One scripted piece of misbehaviour."""

    call: str
    kind: str
    order_id: str = "*"
    """Glob on the order id."""
    count: int | None = None
    """How many more times it strikes. None means for ever."""
    seconds: float = 1.0
    """Length of a delay, in real seconds."""
    copies: int = 2
    """How many posts a `duplicate` makes in all."""
    probability: float = 1.0
    done: bool = False
    """Whether the operation is carried out before the fault strikes."""
    value: str | int | None = None
    """What to say instead, for the kinds that say something wrong."""

    def __post_init__(self) -> None:
        """Raise ValueError when a field makes no sense."""
        if self.kind not in KINDS:
            msg = f"unknown kind {self.kind!r}; known: {', '.join(sorted(KINDS))}"
            raise ValueError(msg)
        if self.call not in CALLS:
            msg = f"unknown call {self.call!r}; known: {', '.join(sorted(CALLS))}"
            raise ValueError(msg)
        if self.count is not None and self.count < 1:
            msg = "count needs to be at least 1, or null for ever"
            raise ValueError(msg)
        if self.seconds < 0 or self.copies < 1 or not 0 <= self.probability <= 1:
            msg = "seconds from 0, copies from 1, probability from 0 to 1"
            raise ValueError(msg)

    def strikes(self, call: str, order_id: str, ids: Ids) -> bool:
        """Say whether it strikes this time, by name, order and chance."""
        if self.call not in (call, "*") or (self.call == "*" and call == "notification"):
            return False
        if not fnmatchcase(order_id, self.order_id):
            return False
        return self.probability >= 1 or ids.chance.random() < self.probability


class FaultPlan:
    """The faults that are still to strike."""

    def __init__(self, ids: Ids) -> None:
        """Start without any."""
        self._ids = ids
        self._faults: list[Fault] = []

    def replace(self, wanted: list[dict[str, Any]]) -> None:
        """Plan exactly these. Raises ValueError or TypeError, and changes nothing, when one is wrong."""
        self._faults = [Fault(**each) for each in wanted]

    def clear(self) -> None:
        """Behave well from now on."""
        self._faults = []

    def take(self, call: str, order_id: str) -> tuple[Fault, ...]:
        """Return the faults that strike this call now, and use each up by one.

        Of several faults of one kind only the first strikes, so that they can be queued.
        """
        if not self._faults:
            return ()
        struck: dict[str, Fault] = {}
        for fault in self._faults:
            if fault.kind not in struck and fault.strikes(call, order_id, self._ids):
                struck[fault.kind] = fault
                if fault.count is not None:
                    fault.count -= 1
        self._faults = [each for each in self._faults if each.count is None or each.count > 0]
        return tuple(struck.values())

    def as_list(self) -> list[dict[str, Any]]:
        """Return what is still planned."""
        return [asdict(each) for each in self._faults]
