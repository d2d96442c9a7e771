"""Has an old state of the books served again: nothing of it is sent twice, and what it missed is asked about."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select, update

from core.base.clock import Clock
from core.base.database import Database
from core.events.models import Event
from core.ledger.models import Entry, EntryKind
from core.payments.leases import WATCHED, let_go_of_all, worth_a_look
from core.payments.models import Attempt
from core.payments.status import AttemptState
from core.services.gateway_worker import GatewayWorker
from core.services.restored_refunds import hold_back_refunds, still_held_back
from core.services.set_aside import Mark, mark_of, set_mark

_GIVEN_BACK_FOR: Final = timedelta(days=45)
"""The gateway's longest refund window: so long after a payment its money may have left since the books were kept."""
_LATER: Final = timedelta(minutes=10)
"""When a server asks about what this program was killed over, or a silent gateway left unanswered."""
_CAME: Final = (EntryKind.SETTLE,)
_LEFT: Final = (EntryKind.REFUND, EntryKind.CHARGEBACK, EntryKind.REVERSE)


@dataclass(frozen=True, slots=True)
class OldBooks:
    """An old state of the books that may be served again."""

    kept_at: datetime | None
    """The last thing that had happened in it (UTC); None where nothing ever did."""
    taken_up_at: datetime
    held_back: Collection[int]
    """Ids of the refunds that were still to be made, and were held back."""

    @property
    def age(self) -> timedelta:
        """How long nobody looked."""
        return max(self.taken_up_at - (self.kept_at or self.taken_up_at), timedelta())


@dataclass(frozen=True, slots=True)
class Missed:
    """What the books did not know, and the gateway did."""

    asked: int
    """Payments that the gateway was asked about."""
    unanswered: int
    settled: int
    """Of them, those that were paid after the books were kept."""
    given_back: int
    """How often money went back, or was taken back, after the books were kept."""
    held_back: int
    """Refunds that were held back, and of which a person must see whether they went."""


def take_up(db: Database, expected: Mark, at: datetime) -> OldBooks | None:
    """Let a database be served again that was marked; nothing is done to one that bears no such mark.

    Whoever held a lease in it is gone. From here on a server asks about every payment that learn_what_was_missed()
    would ask about, even if this program dies before it has.
    """
    with db.write() as session:
        if mark_of(session) is not expected:
            return None
        # Before anything is held back: that happens today.
        kept_at = session.scalar(select(func.max(Event.at)))
        let_go_of_all(session, at)
        # What is uncharged in it may have been charged since: the gateway is asked before a QR is made.
        uncharged = update(Attempt).where(Attempt.state == AttemptState.CHARGING, Attempt.charges_sent == 0)
        session.execute(uncharged.values(charges_sent=1))
        books = OldBooks(kept_at, at, hold_back_refunds(session, at))
        session.execute(update(Attempt).where(_may_have_moved(books)).values(due_at=at + _LATER))
        set_mark(session, None)
        return books


def learn_what_was_missed(
    db: Database, clock: Clock, worker: GatewayWorker, books: OldBooks, *, say_how_many: Callable[[int], None]
) -> Missed:
    """Ask the gateway about every payment that an old state of the books knows and money could have moved for.

    Money may have come for what was watched when they were kept, and left again for what could still be given back
    then, however old it is. No order ends before its payments were asked about. `say_how_many` hears of the payments
    before the first is asked about.
    """
    now = clock()
    moved = _may_have_moved(books)
    count = select(func.count()).select_from(Attempt).where(moved)
    unanswered = or_(Attempt.looked_at.is_(None), Attempt.looked_at < now)
    came, left = _entries(db, _CAME), _entries(db, _LEFT)
    with db.read() as session:
        asked = session.scalar(count) or 0
    say_how_many(asked)
    recent, silent = worker.look_at_everything_once(books.age + WATCHED)
    # A gateway that says nothing about the newest would be asked about weeks in vain, again and again.
    if not recent or silent < recent:
        with db.write() as session:
            session.execute(update(Attempt).where(moved, unanswered, Attempt.lease.is_(None)).values(due_at=now))
        worker.sweep_once()
    with db.read() as session:
        open_questions = session.scalar(count.where(unanswered)) or 0
        unsent = still_held_back(session, books.held_back)
    return Missed(asked, open_questions, _entries(db, _CAME) - came, _entries(db, _LEFT) - left, unsent)


def _may_have_moved(books: OldBooks) -> ColumnElement[bool]:
    return worth_a_look(books.taken_up_at, books.age + _GIVEN_BACK_FOR + WATCHED)


def _entries(db: Database, kinds: Sequence[EntryKind]) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).where(Entry.kind.in_(kinds))) or 0
