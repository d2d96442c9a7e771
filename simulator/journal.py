"""What was asked and what was answered, for tests that want to know."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.clock import stamp

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.calls import Answer, Call


@dataclass(frozen=True, slots=True)
class Entry:
    """One request with its answer."""

    number: int
    at: datetime
    call: str
    method: str
    path: str
    order_id: str
    idempotency_key: str | None
    request: Any
    status: int | None
    """HTTP status; None when the connection was closed instead."""
    answer: Any
    faults: tuple[str, ...]


class Journal:
    """The latest requests in full, and counts of all of them."""

    def __init__(self, size: int) -> None:
        """Remember so many requests in full."""
        self._entries: deque[Entry] = deque(maxlen=size)
        self._counts: Counter[str] = Counter()
        self._charges: Counter[str] = Counter()
        self._number = 0

    def write(self, call: Call, answer: Answer | None, order_id: str, at: datetime) -> None:
        """Write down one request. No answer means the connection was closed instead."""
        self._number += 1
        self._counts[call.name] += 1
        if call.name == "charge":
            self._charges[order_id] += 1
        entry = Entry(
            number=self._number,
            at=at,
            call=call.name,
            method=call.method,
            path=call.path,
            order_id=order_id,
            idempotency_key=call.headers.get("idempotency-key"),
            request=call.document if call.document is not None else call.query or None,
            status=answer.status if answer else None,
            answer=answer.document if answer else None,
            faults=tuple(fault.kind for fault in call.faults),
        )
        self._entries.append(entry)

    def clear(self) -> None:
        """Forget everything. Numbers start again at 1."""
        self._entries.clear()
        self._counts.clear()
        self._charges.clear()
        self._number = 0

    def as_dict(self, call: str | None = None, order_id: str | None = None) -> dict[str, Any]:
        """Return the entries, of one call or order when asked, and the counts of all."""
        wanted = [
            _row(entry) for entry in self._entries if call in (None, entry.call) and order_id in (None, entry.order_id)
        ]
        return {"entries": wanted, "calls": dict(self._counts), "charges": dict(self._charges)}


def _row(entry: Entry) -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in Entry.__slots__}
    return {**row, "at": stamp(entry.at), "faults": list(entry.faults)}
