"""Sums over the ledger. Nothing about money is counted anywhere else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from core.ledger.models import Account, Entry, EntryKind, Posting

MONEY: Final = (Account.GATEWAY, Account.DRAWER)
"""Where money is."""

_POSITIVE = case((and_(Posting.amount > 0, Entry.kind != EntryKind.REFUND), Posting.amount), else_=0)
_UNDONE = case((Entry.kind == EntryKind.REVERSE, Posting.amount), else_=0)
_CREDIT = (
    select(Posting.account, func.sum(Posting.amount), func.sum(_POSITIVE), func.sum(_UNDONE))
    .join(Entry, Entry.uid == Posting.entry_uid)
    .where(Posting.order_id == bindparam("order_id"), Posting.account.in_((*MONEY, Account.ROUNDING)))
    .group_by(Posting.account)
)
_POSTED = select(Entry.id).where(
    Entry.source == bindparam("source"), Entry.source_id == bindparam("source_id"), Entry.kind == bindparam("kind")
)


@dataclass(frozen=True, slots=True)
class Credit:
    """What one order has brought in and what went back, in whole rupiah."""

    received: int
    returned: int


@dataclass(frozen=True, slots=True)
class Pot:
    """A part of one payment's money, and what it counts for."""

    order_id: int | None
    """The order it was received for; nothing for money that came without an order waiting for it."""
    amount: int
    is_sold: bool
    """Whether it counts as a sale. Money of a cancelled order does not, though it was received for it."""


def credit_of_order(session: Session, order_id: int) -> Credit:
    """Add up what was received for an order and given back on it.

    The rounding of a cash bill is taken out, so that a paid order has received its total. Money
    that came without an order waiting for it is not counted, and what did not last never came. A
    refund that was undone did not go: it takes off what was returned, and adds nothing to what came.
    """
    rows = session.execute(_CREDIT, {"order_id": order_id}).all()
    came = sum(int(came) + int(undone) for account, _, came, undone in rows if account in MONEY)
    left = sum(int(balance) for account, balance, _, _ in rows if account in MONEY)
    rounding = sum(int(balance) for account, balance, _, _ in rows if account == Account.ROUNDING)
    received = came + rounding
    # When all the money has gone, the coins that rounding gave or took are no longer owed to anybody.
    return Credit(received=received, returned=came - left if left > 0 else received)


def balance_of(session: Session, account: Account) -> int:
    """Tell an account's balance: debits less credits."""
    amount = select(func.coalesce(func.sum(Posting.amount), 0)).where(Posting.account == account)
    return int(session.scalar(amount) or 0)


def balances_of_order(session: Session, order_id: int) -> Mapping[Account, int]:
    """Tell what stands on each account for one order: debits less credits."""
    sums = select(Posting.account, func.sum(Posting.amount)).where(Posting.order_id == order_id)
    return {account: int(amount) for account, amount in session.execute(sums.group_by(Posting.account)).all()}


def is_posted(session: Session, kind: EntryKind, source: str, source_id: str) -> bool:
    """Tell whether this was written down before."""
    return session.scalar(_POSTED, {"source": source, "source_id": source_id, "kind": kind}) is not None


def is_applied(session: Session, payment: str, order_id: int) -> bool:
    """Tell whether a person gave an order money of a payment that had no home, or another one."""
    given = select(Posting.id).join(Entry, Entry.uid == Posting.entry_uid)
    mine = given.where(Posting.payment == payment, Posting.order_id == order_id, Posting.account.in_(MONEY))
    return session.scalar(mine.where(Entry.kind == EntryKind.APPLY, Posting.amount > 0).limit(1)) is not None


def moved_by(session: Session, payment: str, *kinds: EntryKind, accounts: Sequence[Account] = MONEY) -> int:
    """Add up how entries of some kinds moved one payment's money, in whole rupiah; 0 when none did."""
    amount = select(func.coalesce(func.sum(Posting.amount), 0)).join(Entry, Entry.uid == Posting.entry_uid)
    mine = amount.where(Posting.payment == payment, Posting.account.in_(accounts), Entry.kind.in_(kinds))
    return int(session.scalar(mine) or 0)


def brought_by(session: Session, payment: str) -> int:
    """Tell what a payment really brought, in whole rupiah; 0 before it did."""
    return moved_by(session, payment, EntryKind.SETTLE, EntryKind.CASH)


def brought_by_each(session: Session, payments: Collection[str]) -> Mapping[str, int]:
    """Tell what each of some payments really brought, in whole rupiah; those that brought nothing are left out."""
    sums = (
        select(Posting.payment, func.sum(Posting.amount))
        .join(Entry, Entry.uid == Posting.entry_uid)
        .where(Posting.payment.in_(payments), Posting.account.in_(MONEY))
        .where(Entry.kind.in_((EntryKind.SETTLE, EntryKind.CASH)))
        .group_by(Posting.payment)
    )
    return {payment: int(amount) for payment, amount in session.execute(sums).all() if payment is not None}


def settled_by_each(session: Session, payments: Collection[str]) -> Mapping[str, int]:
    """Tell what the gateway took for each of some payments and did not undo, in whole rupiah; without those of nothing."""
    amount = func.sum(Posting.amount)
    sums = (
        select(Posting.payment, amount)
        .join(Entry, Entry.uid == Posting.entry_uid)
        .where(Posting.payment.in_(payments), Posting.account == Account.GATEWAY)
        .where(Entry.kind.in_((EntryKind.SETTLE, EntryKind.REVERSE)))
        .group_by(Posting.payment)
        .having(amount != 0)
    )
    return {payment: int(amount) for payment, amount in session.execute(sums).all() if payment is not None}


def held_of(session: Session, payment: str, account: Account) -> int:
    """Tell what one account holds of a payment: debits less credits."""
    amount = select(func.coalesce(func.sum(Posting.amount), 0))
    mine = amount.where(Posting.payment == payment, Posting.account == account)
    return int(session.scalar(mine) or 0)


def pots_of(session: Session, payment: str) -> Sequence[Pot]:
    """List what a payment's money counts for now: first what belongs to no order, then what was sold."""
    sums = (
        select(Posting.order_id, func.sum(Posting.amount))
        .where(Posting.payment == payment, Posting.account.in_(MONEY))
        .group_by(Posting.order_id)
    )
    voids = (
        select(Posting.order_id)
        .join(Entry, Entry.uid == Posting.entry_uid)
        .where(Posting.payment == payment, Posting.account == Account.UNAPPLIED, Entry.kind == EntryKind.VOID)
    )
    voided = set(session.scalars(voids))
    pots = [
        Pot(order_id, int(amount), is_sold=order_id is not None and order_id not in voided)
        for order_id, amount in session.execute(sums).all()
        if amount > 0
    ]
    return sorted(pots, key=lambda pot: (pot.is_sold, pot.order_id or 0))


def payments_of_order(session: Session, order_id: int) -> Mapping[str, int]:
    """Tell which payments an order's money came with, and what is left of each, in whole rupiah."""
    held = func.sum(Posting.amount)
    sums = (
        select(Posting.payment, held)
        .where(Posting.order_id == order_id, Posting.account.in_(MONEY), Posting.payment.is_not(None))
        .group_by(Posting.payment)
        .having(held > 0)
    )
    return {payment: int(amount) for payment, amount in session.execute(sums).all() if payment is not None}
