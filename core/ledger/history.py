"""Lists what guests paid, newest first, page by page, and what of it went again."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, case, func, select, tuple_
from sqlalchemy.orm import Session

from core.base.paging import Period, Place
from core.ledger.models import Account, Entry, EntryKind, Posting
from core.ledger.queries import MONEY

_LEFT_AS: Final = (EntryKind.REFUND, EntryKind.CHARGEBACK, EntryKind.REVERSE)


@dataclass(frozen=True, slots=True)
class Taking:
    """One entry by which a guest's money came."""

    entry: Entry
    payment: str
    """The gateway's order id, or the order's uid for cash."""
    amount: int
    """Whole rupiah that came, rounding of cash included."""

    @property
    def place(self) -> Place:
        return Place(self.entry.business_day, self.entry.id)


@dataclass(frozen=True, slots=True)
class Taken:
    """What entries of one kind did, in whole rupiah."""

    count: int = 0
    gateway: int = 0
    drawer: int = 0


def takings(
    session: Session, outlet_id: int, period: Period, kinds: Collection[EntryKind], after: Place | None, limit: int
) -> Sequence[Taking]:
    """List the payments of an outlet that came by entries of some kinds, newest first, from behind a place on."""
    found = select(Entry).where(Entry.outlet_id == outlet_id, Entry.kind.in_(kinds))
    if after is not None:
        found = found.where(tuple_(Entry.business_day, Entry.id) < (after.day, after.number))
    newest_first = _within(found, period).order_by(Entry.business_day.desc(), Entry.id.desc())
    entries = session.scalars(newest_first.limit(limit)).all()
    sums = (
        select(Posting.entry_uid, func.max(Posting.payment), func.sum(Posting.amount))
        .where(Posting.entry_uid.in_([entry.uid for entry in entries]), Posting.account.in_(MONEY))
        .group_by(Posting.entry_uid)
    )
    came = {uid: (payment or "", int(amount)) for uid, payment, amount in session.execute(sums)}
    return [Taking(entry, *came[entry.uid]) for entry in entries if entry.uid in came]


def _within(found: Select[Entry], period: Period) -> Select[Entry]:
    if period.first is not None:
        found = found.where(Entry.business_day >= period.first)
    if period.last is not None:
        found = found.where(Entry.business_day <= period.last)
    # The days only bound what is looked through: no outlet's day is further than two from the world's.
    if period.since is not None:
        found = found.where(Entry.at >= period.since, Entry.business_day >= period.since.date() - timedelta(days=2))
    if period.before is not None:
        found = found.where(Entry.at < period.before, Entry.business_day <= period.before.date() + timedelta(days=1))
    return found


def taken_between(session: Session, outlet_id: int, since: datetime, until: datetime) -> Mapping[EntryKind, Taken]:
    """Add up what guests' money did at an outlet between two moments, the first included, by the kind of entry."""
    sums = (
        select(Entry.kind, Posting.account, func.sum(Posting.amount), func.count(func.distinct(Entry.id)))
        .join(Posting, Posting.entry_uid == Entry.uid)
        .where(*_between(outlet_id, since, until), Posting.account.in_(MONEY))
        .where(Entry.kind.in_((EntryKind.SETTLE, EntryKind.CASH, *_LEFT_AS)))
        .group_by(Entry.kind, Posting.account)
    )
    taken: dict[EntryKind, Taken] = {}
    for kind, account, amount, count in session.execute(sums):
        before = taken.get(kind, Taken())
        at_the_gateway = int(amount) if account is Account.GATEWAY else 0
        taken[kind] = Taken(
            before.count + int(count), before.gateway + at_the_gateway, before.drawer + int(amount) - at_the_gateway
        )
    return taken


def beside_orders(session: Session, outlet_id: int, since: datetime, until: datetime) -> int:
    """Tell what came by QRIS between two moments without an order that waited for it, in whole rupiah.

    What of such money, whenever it came, has paid an order meanwhile is taken off.
    """
    homeless = (Entry.kind == EntryKind.SETTLE) & Posting.order_id.is_(None)
    placed = (Entry.kind == EntryKind.APPLY) & Posting.order_id.is_not(None) & (Posting.amount > 0)
    signed = case((homeless, Posting.amount), (placed, -Posting.amount), else_=0)
    amount = (
        select(func.coalesce(func.sum(signed), 0))
        .join(Entry, Entry.uid == Posting.entry_uid)
        .where(*_between(outlet_id, since, until), Posting.account == Account.GATEWAY)
        .where(Entry.kind.in_((EntryKind.SETTLE, EntryKind.APPLY)))
    )
    return int(session.scalar(amount) or 0)


def _between(outlet_id: int, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    # The days only bound what is looked through: no outlet's day is further than one from the world's.
    days = Entry.business_day.between(since.date() - timedelta(days=2), until.date() + timedelta(days=1))
    return Entry.outlet_id == outlet_id, Entry.at >= since, Entry.at < until, days


def left_of_each(session: Session, payments: Collection[str]) -> Mapping[str, Mapping[EntryKind, int]]:
    """Tell how much of each payment went again, and how: refunded, charged back, or never lasting. Whole rupiah."""
    sums = (
        select(Posting.payment, Entry.kind, func.sum(Posting.amount))
        .join(Entry, Entry.uid == Posting.entry_uid)
        .where(Posting.payment.in_(payments), Posting.account.in_(MONEY), Entry.kind.in_(_LEFT_AS))
        .group_by(Posting.payment, Entry.kind)
    )
    left: dict[str, dict[EntryKind, int]] = {}
    for payment, kind, amount in session.execute(sums):
        left.setdefault(payment or "", {})[kind] = -int(amount)
    return left


def left_the_gateway(session: Session, payments: Collection[str]) -> Mapping[str, Sequence[int]]:
    """List what went back of each payment by the gateway, or what a bank took: entry by entry, the oldest first.

    Whole rupiah. What turned out not to have gone is left out, and so are payments of which nothing went.
    """
    sums = (
        select(Posting.payment, func.sum(Posting.amount))
        .join(Entry, Entry.uid == Posting.entry_uid)
        .where(Posting.payment.in_(payments), Posting.account == Account.GATEWAY)
        .where(Entry.kind.in_((EntryKind.REFUND, EntryKind.CHARGEBACK)))
        .group_by(Posting.payment, Entry.id)
        .order_by(Entry.id)
    )
    left: dict[str, list[int]] = defaultdict(list)
    for payment, amount in session.execute(sums):
        if amount < 0:
            left[payment or ""].append(-int(amount))
        else:
            # A counter entry takes back exactly what an earlier one said had gone.
            left[payment or ""].remove(int(amount))
    return left
