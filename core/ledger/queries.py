"""Sums over the ledger. Nothing about money is counted anywhere else."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.ledger.models import Account, Entry, EntryKind, Posting

_MONEY = (Account.GATEWAY, Account.DRAWER)


@dataclass(frozen=True, slots=True)
class Credit:
    """What one order has brought in and what went back, in whole rupiah."""

    received: int
    returned: int


def credit_of_order(session: Session, order_id: int) -> Credit:
    """Add up what was received for an order and given back on it.

    The rounding of a cash bill is taken out, so that a paid order has received its total.
    Money that came without an order waiting for it is not counted.
    """
    positive = case((Posting.amount > 0, Posting.amount), else_=0)
    rows = session.execute(
        select(Posting.account, func.sum(Posting.amount), func.sum(positive))
        .where(Posting.order_id == order_id, Posting.account.in_((*_MONEY, Account.ROUNDING)))
        .group_by(Posting.account)
    ).all()
    came = sum(int(came) for account, _, came in rows if account in _MONEY)
    left = sum(int(balance) for account, balance, _ in rows if account in _MONEY)
    rounding = sum(int(balance) for account, balance, _ in rows if account == Account.ROUNDING)
    return Credit(received=came + rounding, returned=came - left)


def balance_of(session: Session, account: Account) -> int:
    """Tell an account's balance: debits less credits."""
    amount = select(func.coalesce(func.sum(Posting.amount), 0)).where(Posting.account == account)
    return int(session.scalar(amount) or 0)


def is_posted(session: Session, kind: EntryKind, source: str, source_id: str) -> bool:
    """Tell whether this was written down before."""
    found = select(Entry.id).where(Entry.source == source, Entry.source_id == source_id, Entry.kind == kind)
    return session.scalar(found) is not None


def settled_by(session: Session, reference: str) -> int:
    """Tell what a gateway payment really brought, in whole rupiah; 0 before it did."""
    amount = (
        select(func.coalesce(func.sum(Posting.amount), 0))
        .join(Entry, Entry.uid == Posting.entry_uid)
        .where(
            Entry.source == "gateway",
            Entry.source_id == reference,
            Entry.kind == EntryKind.SETTLE,
            Posting.account == Account.GATEWAY,
        )
    )
    return int(session.scalar(amount) or 0)


def is_settled_for_order(session: Session, reference: str) -> bool:
    """Tell whether a gateway payment was counted as received for its order."""
    found = (
        select(Posting.id)
        .join(Entry, Entry.uid == Posting.entry_uid)
        .where(
            Entry.source == "gateway",
            Entry.source_id == reference,
            Entry.kind == EntryKind.SETTLE,
            Posting.account == Account.GATEWAY,
            Posting.order_id.is_not(None),
        )
    )
    return session.scalar(found) is not None
