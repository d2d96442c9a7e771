"""What the database must refuse, tried on it: in a transaction that is undone, at the start of a server."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.base.clock import monotonic
from core.base.database import Database, Record
from core.base.errors import Busy
from core.events.models import Event
from core.ledger.models import Account, Entry, EntryKind, Posting
from core.menu.models import Category, Dish
from core.migrations.guarded import APPEND_ONLY, KEPT, trigger_names
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.outlets.models import Outlet
from core.payments.models import Attempt, GatewayMessage, MessageOutcome, Outcome, Refund, RefundState
from core.settlements.models import BreakKind, LineKind, SettlementBreak, SettlementFile, SettlementLine

_ROW: Final = -1
"""The id of every row made here: no sequence is touched, and no true row is near."""
_REFERENCE: Final = "K0000000000000000SELFTEST01Q"
_TURN: Final = 20262
"""The key of the lock under which servers that start at the same moment try one after the other."""
_PATIENCE_SECONDS: Final = 30.0
_LOOK_EVERY: Final = 0.05
_TRIGGERS_OF_SQLITE: Final = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
_TRIGGERS_OF_POSTGRES: Final = (
    "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND pg_table_is_visible(tgrelid)"
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing nobody may do."""

    act: str
    """What it would be, as in "the database lets … be …"."""
    statement: str
    because: tuple[str, ...]
    """Words of which the refusal must have one: another error proves nothing."""


class _Undo(Exception):
    """Leaves the transaction without keeping any of it."""


def allowed_acts(db: Database, now: datetime) -> list[str]:
    """Try everything forbidden and tell what was let pass. Nothing of it stays. Raises Busy."""
    allowed: list[str] = []

    def attempt() -> None:
        with db.write() as session:
            _wait_for_other_trials(session, is_sqlite=db.is_sqlite)
            _make_rows(session, now)
            allowed.extend(trial.act for trial in _trials(is_sqlite=db.is_sqlite) if not _is_refused(session, trial))
            raise _Undo

    try:
        attempt()
    except _Undo:
        return allowed
    return allowed


def _wait_for_other_trials(session: Session, *, is_sqlite: bool) -> None:
    """Let another server's trials end: its rows would stand in the way of ours, which have the same keys. Raises Busy."""
    if is_sqlite:
        return
    until = monotonic() + _PATIENCE_SECONDS
    # Asked again and again: one long wait for a lock is given up for reasons that are none here.
    while not session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _TURN}):
        if monotonic() > until:
            raise Busy
        time.sleep(_LOOK_EVERY)


def _is_refused(session: Session, trial: Trial) -> bool:
    try:
        with session.begin_nested():
            session.execute(text(trial.statement))
    except DBAPIError as refusal:
        said = str(refusal.orig).lower()
        # A role that may not even try is refused for a good reason too.
        return any(word in said for word in (*trial.because, "permission denied"))
    return False


def _make_rows(session: Session, now: datetime) -> None:
    """Make one row of each kind that is tried on."""
    day = now.date()

    def make(record: type[Record], /, **values: object) -> None:
        session.execute(insert(record).values(id=_ROW, **values))

    make(Outlet, name="self-test")
    make(Category, outlet_id=_ROW, name="self-test")
    make(Dish, outlet_id=_ROW, category_id=_ROW, name="self-test", price=0, portions=0)
    of_order = {"subtotal": 1, "total": 1, "cash_total": 1, "created_at": now, "moved_at": now}
    make(Order, outlet_id=_ROW, business_day=day, number=0, payment_method=PaymentMethod.QRIS, **of_order)
    make(Attempt, outlet_id=_ROW, order_id=_ROW, reference=_REFERENCE, amount=1, created_at=now)
    make(Event, outlet_id=_ROW, kind="self.test", at=now, by="system")
    make(GatewayMessage, digest="self-test", raw=b"", reference="", said="", received_at=now)
    make(MessageOutcome, message_id=_ROW, outcome=Outcome.UNMATCHED, at=now)
    make(Posting, entry_uid="self-test", account=Account.GATEWAY, amount=1, payment="self-test")
    session.execute(insert(Posting).values(id=_ROW - 1, entry_uid="self-test", account=Account.TAX, amount=-1))
    session.execute(insert(Posting).values(id=_ROW - 2, entry_uid="self-test-2", account=Account.TAX, amount=-1))
    of_entry = {"source": "self-test", "source_id": "1", "business_day": day, "at": now, "by": "system"}
    make(Entry, uid="self-test", outlet_id=_ROW, kind=EntryKind.SETTLE, **of_entry)
    of_refund = {"payment": "self-test", "amount": 1, "state": RefundState.CONFIRMED, "by": "system", "seen_at": now}
    make(Refund, order_id=_ROW, refund_key="1", **of_refund)
    of_file = {"digest": "self-test", "name": "", "columns": {}, "first_day": day, "last_day": day, "by": "system"}
    make(SettlementFile, outlet_id=_ROW, payments=1, gross=1, at=now, **of_file)
    of_line = {"row_number": 1, "kind": LineKind.PAYMENT, "gross": 1, "payout": "", "said": "", "is_returned": False}
    make(SettlementLine, file_id=_ROW, reference=_REFERENCE, day=day, **of_line)
    of_break = {"kind": BreakKind.MISSING_HERE, "reference": _REFERENCE, "day": day, "opened_at": now}
    make(SettlementBreak, outlet_id=_ROW, file_id=_ROW, line_id=_ROW, **of_break)


def _trials(*, is_sqlite: bool) -> Iterator[Trial]:
    for table in APPEND_ONLY:
        change = f"UPDATE {table} SET id = id WHERE id = {_ROW}"  # noqa: S608 - our own words
        yield Trial(f"rows of {table} be changed", change, ("append-only",))
        yield Trial(f"rows of {table} be deleted", _delete(table), ("append-only",))
        if is_sqlite:
            replace = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE id = {_ROW}"  # noqa: S608
            yield Trial(f"rows of {table} be replaced", replace, ("append-only", "complete", "not replaced"))
    for table in KEPT:
        # SQLite asks row by row, and not every table has one of ours: see missing_triggers.
        if not is_sqlite or table in {"orders", "attempts", "refunds", "settlement_breaks"}:
            yield Trial(f"rows of {table} be deleted", _delete(table), ("are kept",))
    yield from _ACTS


def _delete(table: str) -> str:
    return f"DELETE FROM {table} WHERE id = {_ROW}"  # noqa: S608 - our own words


def _copy(table: str, columns: str, **changed: str) -> str:
    values = ", ".join(changed.get(column, column) for column in columns.split(", "))
    return f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE id = {_ROW}"  # noqa: S608 - our own words


_ENTRY = "id, uid, outlet_id, kind, source, source_id, business_day, at, by"
_ATTEMPT = "id, outlet_id, order_id, reference, state, amount, created_at, items, tries, charges_sent"
_REFUND = "id, payment, order_id, refund_key, amount, reason, from_case, way, state, by, seen_at, tries"
_ACTS: Final = (
    Trial(
        "an entry be written that does not sum to zero",
        _copy("entries", _ENTRY, id="-2", uid="'self-test-2'", source_id="'2'"),
        ("sum to zero",),
    ),
    Trial(
        "a complete entry grow",
        _copy("postings", "id, entry_uid, account, amount", id="-4"),
        ("complete",),
    ),
    Trial("portions fall below zero", "UPDATE dishes SET portions = -1 WHERE id = -1", ("check",)),
    Trial(
        "an order have two open attempts",
        _copy("attempts", _ATTEMPT, id="-2", reference=f"'{_REFERENCE[:-2]}2Q'"),
        ("unique",),
    ),
    Trial(
        "an attempt have a misshapen reference",
        _copy("attempts", _ATTEMPT, id="-2", reference="'self-test'", state="'failed'"),
        ("no reference of ours",),
    ),
    Trial("an attempt change its amount", "UPDATE attempts SET amount = 2 WHERE id = -1", ("keeps its",)),
    Trial("an attempt take any step", "UPDATE attempts SET state = 'any' WHERE id = -1", ("no such step",)),
    Trial(
        "a refund be above its payment",
        _copy("refunds", _REFUND, id="-2", refund_key="'2'"),
        ("more than the payment brought",),
    ),
    Trial("a refund grow", "UPDATE refunds SET amount = 2 WHERE id = -1", ("more than the payment brought",)),
    Trial("a refund be taken back", "UPDATE refunds SET state = 'asked' WHERE id = -1", ("no such step",)),
    Trial(
        "a settlement break take any step",
        "UPDATE settlement_breaks SET state = 'any' WHERE id = -1",
        ("no such step",),
    ),
    Trial("an unpaid order be served", "UPDATE orders SET status = 'served' WHERE id = -1", ("no such step",)),
    Trial("a row belong to nothing", "UPDATE dishes SET category_id = -9 WHERE id = -1", ("foreign key",)),
)


def missing_triggers(db: Database) -> list[str]:
    """List the triggers that are not there, or are switched off: a row that was not tried needs its guard too."""
    there = _TRIGGERS_OF_SQLITE if db.is_sqlite else _TRIGGERS_OF_POSTGRES
    with db.read() as session:
        return sorted(trigger_names(is_sqlite=db.is_sqlite).difference(session.scalars(text(there))))
