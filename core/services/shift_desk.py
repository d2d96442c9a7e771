"""Opens a cashier's turn at the drawer, writes down what is carried in and out, and counts it at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.ids import new_ulid
from core.base.money import with_dots
from core.base.outcomes import retried
from core.base.text import clean_text
from core.events.models import Event
from core.events.record import Actor, allowed, board_topic, tell
from core.ledger.history import Taken, taken_between
from core.ledger.models import Account, EntryKind
from core.ledger.posting import Line, post
from core.orders.once import claim_key
from core.outlets.queries import outlet_of
from core.printing.jobs import open_drawer
from core.shifts.errors import (
    AnotherShift,
    BadDrawerAmount,
    MovementTooLarge,
    NoOpenShift,
    NotesDiffer,
    NothingCounted,
    ReasonNeeded,
    ShiftAlreadyOpen,
    UnknownShift,
)
from core.shifts.models import Shift
from core.shifts.queries import (
    DRAWER_MOVED,
    closed_shifts,
    drawer_moves,
    drawer_sums,
    last_closed_shift,
    open_shift,
    open_shift_for_update,
    shift_of_outlet,
)
from core.staff.queries import names_by_id

MOST_IN_A_DRAWER: Final = 100_000_000
MOST_LISTED: Final = 60
MOVEMENT_LIMIT: Final = 500_000
"""What a cashier may carry in or out alone, in whole rupiah; above it a manager does."""
_SOURCE = "drawer"


@dataclass(frozen=True, slots=True)
class ShiftSheet:
    """One shift as it is read at its end. While it is open nobody is told what should be in the drawer."""

    shift: Shift
    opened_by: str
    closed_by: str
    moves: Sequence[Event]
    cash: int
    """Cash bills, after change, in whole rupiah."""
    moved: int
    refunded: int
    """Cash given back on bills, as a positive amount."""
    taken: Mapping[EntryKind, Taken]
    """What guests' money did at the whole outlet meanwhile."""

    @property
    def difference(self) -> int:
        """What was counted above (or below, negative) what the ledger expects."""
        return (self.shift.counted or 0) - (self.shift.expected or 0)

    @property
    def qris(self) -> int:
        """What came by QRIS, whole rupiah, late and double money too."""
        return self._of(EntryKind.SETTLE).gateway

    @property
    def qris_left(self) -> int:
        """What left again at the gateway, as a positive amount: refunds, chargebacks, payments that did not last."""
        left = (EntryKind.REFUND, EntryKind.CHARGEBACK, EntryKind.REVERSE)
        return -sum(self._of(kind).gateway for kind in left)

    @property
    def qris_count(self) -> int:
        return self._of(EntryKind.SETTLE).count

    @property
    def cash_count(self) -> int:
        return self._of(EntryKind.CASH).count

    def _of(self, kind: EntryKind) -> Taken:
        return self.taken.get(kind, Taken())


@dataclass(frozen=True, slots=True)
class ShiftDesk:
    """One drawer, one open shift. What it should hold is always a sum over the ledger."""

    db: Database
    clock: Clock

    def current(self, outlet_id: int) -> ShiftSheet | None:
        """Read the open shift, if there is one."""
        with self.db.read() as session:
            shift = open_shift(session, outlet_id)
            return None if shift is None else _sheet(session, shift, self.clock())

    def sheet(self, outlet_id: int, shift_id: int) -> ShiftSheet:
        """Read the sheet of a shift that was counted. Raises UnknownShift; the open one is not told this way."""
        with self.db.read() as session:
            shift = shift_of_outlet(session, outlet_id, shift_id)
            if shift is None or shift.closed_at is None:
                raise UnknownShift
            return _sheet(session, shift, shift.closed_at)

    def past(self, outlet_id: int) -> Sequence[Shift]:
        """List the shifts that were counted last, newest first."""
        with self.db.read() as session:
            return closed_shifts(session, outlet_id, MOST_LISTED)

    def last_closed(self, outlet_id: int) -> ShiftSheet | None:
        """Read the sheet of the shift that was counted last, if there was one."""
        with self.db.read() as session:
            shift = last_closed_shift(session, outlet_id)
            return None if shift is None else _sheet(session, shift, shift.closed_at or self.clock())

    @retried
    def open(self, outlet_id: int, opening_float: int, by: Actor) -> Shift:
        """Start a shift with the change that was brought into the drawer.

        Raises ShiftAlreadyOpen, or BadDrawerAmount when the float is out of range.
        """
        _check_amount(opening_float, least=0)
        now = self.clock()
        try:
            with self.db.write() as session:
                shift = Shift(outlet_id=outlet_id, opened_by=by.id, opened_at=now, opening_float=opening_float)
                session.add(shift)
                session.flush()
                lines = [Line(Account.DRAWER, opening_float, shift_id=shift.id), Line(Account.OWNER, -opening_float)]
                _post(session, shift, EntryKind.FLOAT, lines, f"{shift.id}", now, by)
                _tell(session, shift, "shift.opened", now, by, {"opening_float": opening_float})
        except IntegrityError as error:
            # Somebody else opened it between our look and our writing: one open shift per drawer.
            raise ShiftAlreadyOpen from error
        return shift

    @retried
    def move(
        self,
        outlet_id: int,
        amount: int,
        reason: str,
        by: Actor,
        *,
        may_exceed: bool = False,
        asked_by: Actor | None = None,
        shift_id: int | None = None,
        key: str = "",
    ) -> None:
        """Carry money into the drawer, or out of it when the amount is negative; under one `key` once.

        `asked_by` names whoever carries it, where somebody else allowed it; `shift_id` is the shift that they saw.
        Raises NoOpenShift, AnotherShift, ReasonNeeded, BadDrawerAmount, or MovementTooLarge above the limit unless
        `may_exceed`.
        """
        reason = clean_text(reason, limit=140, field="reason")
        _check_amount(abs(amount), least=1)
        if not reason:
            raise ReasonNeeded
        if abs(amount) > MOVEMENT_LIMIT and not may_exceed:
            raise MovementTooLarge(limit=with_dots(MOVEMENT_LIMIT))
        now = self.clock()
        with self.db.write() as session:
            source_id = new_ulid(now)
            # Another amount is another movement, whatever form it comes from.
            if key and claim_key(session, f"drawer:{outlet_id}:{amount}", key, "", source_id, now) != source_id:
                return
            shift = _the_open_one(session, outlet_id, shift_id)
            held = sum(drawer_sums(session, shift.id).values())
            lines = [Line(Account.DRAWER, amount, shift_id=shift.id), Line(Account.OWNER, -amount)]
            _post(session, shift, EntryKind.MOVEMENT, lines, source_id, now, by)
            told = {"amount": amount, "reason": reason, "before": held, "after": held + amount} | allowed(by, asked_by)
            _tell(session, shift, DRAWER_MOVED, now, by, told)
            open_drawer(session, outlet_id, at=now, by=str(by))

    @retried
    def close(
        self,
        outlet_id: int,
        counted: int | None,
        by: Actor,
        *,
        notes: Mapping[int, int] | None = None,
        shift_id: int | None = None,
    ) -> ShiftSheet:
        """Count the drawer and end the shift; the difference is posted, and nothing is edited afterwards.

        `notes` are how many of each note and coin there are, by its worth; the sum may be typed as well or instead.
        `shift_id` is the shift that was counted: a page that stood open must not end the next person's. Raises
        NothingCounted, NotesDiffer, NoOpenShift, AnotherShift, or BadDrawerAmount when the count is out of range.
        """
        counted = _count(counted, notes or {})
        _check_amount(counted, least=0)
        now = self.clock()
        with self.db.write() as session:
            shift = _the_open_one(session, outlet_id, shift_id)
            expected = sum(drawer_sums(session, shift.id).values())
            shift.expected, shift.counted = expected, counted
            shift.closed_at, shift.closed_by = now, by.id
            shift.notes = {str(worth): count for worth, count in (notes or {}).items() if count}
            over = counted - expected
            lines = [
                Line(Account.DRAWER, over, shift_id=shift.id),
                Line(Account.OVER_SHORT, -over),
                # What was counted leaves with whoever counted it: a closed drawer is empty.
                Line(Account.DRAWER, -counted),
                Line(Account.OWNER, counted),
            ]
            _post(session, shift, EntryKind.COUNT, lines, f"{shift.id}", now, by)
            _tell(session, shift, "shift.closed", now, by, {"expected": expected, "counted": counted})
            return _sheet(session, shift, now)


def _count(counted: int | None, notes: Mapping[int, int]) -> int:
    if not notes and counted is None:
        raise NothingCounted
    total = sum(worth * count for worth, count in notes.items())
    if notes and counted is not None and counted != total:
        raise NotesDiffer(notes=with_dots(total), counted=with_dots(counted))
    return total if counted is None else counted


def _the_open_one(session: Session, outlet_id: int, meant: int | None) -> Shift:
    shift = open_shift_for_update(session, outlet_id)
    if shift is None:
        raise NoOpenShift
    if meant not in {None, shift.id}:
        raise AnotherShift
    return shift


def _sheet(session: Session, shift: Shift, until: datetime) -> ShiftSheet:
    sums = drawer_sums(session, shift.id)
    names = names_by_id(session, {shift.opened_by, shift.closed_by or shift.opened_by})
    return ShiftSheet(
        shift=shift,
        opened_by=names.get(shift.opened_by, ""),
        closed_by=names.get(shift.closed_by, "") if shift.closed_by else "",
        moves=drawer_moves(session, shift),
        cash=sums.get(EntryKind.CASH, 0),
        moved=sums.get(EntryKind.MOVEMENT, 0),
        refunded=-sums.get(EntryKind.REFUND, 0),
        taken=taken_between(session, shift.outlet_id, shift.opened_at, until),
    )


def _post(
    session: Session, shift: Shift, kind: EntryKind, lines: list[Line], source_id: str, at: datetime, by: Actor
) -> None:
    if any(line.amount for line in lines):
        outlet = outlet_of(session, shift.outlet_id)
        post(session, outlet, kind, lines, source=_SOURCE, source_id=source_id, at=at, by=str(by))


def _tell(session: Session, shift: Shift, kind: str, at: datetime, by: Actor, data: dict[str, Any]) -> None:
    topics = (board_topic(shift.outlet_id),)
    tell(session, kind, outlet_id=shift.outlet_id, at=at, by=by, topics=topics, shift_id=shift.id, **data)


def _check_amount(amount: int, *, least: int) -> None:
    if not least <= amount <= MOST_IN_A_DRAWER:
        raise BadDrawerAmount(least=with_dots(least), most=with_dots(MOST_IN_A_DRAWER))
