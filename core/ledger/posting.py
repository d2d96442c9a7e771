"""The one way money is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.base.clock import business_day
from core.base.ids import new_ulid
from core.base.sql import table_of
from core.ledger.models import Account, Entry, EntryKind, Posting
from core.outlets.models import Outlet

_WRITE_POSTINGS = insert(table_of(Posting))
_WRITE_ENTRY = insert(table_of(Entry))


class UnbalancedEntry(AssertionError):
    """An entry whose postings do not sum to zero. Posting stops; nothing is repaired by itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry: positive is debit, negative is credit, in whole rupiah."""

    account: Account
    amount: int
    order_id: int | None = None
    shift_id: int | None = None
    payment: str | None = None
    """The gateway's order id or the order's uid, where the money itself is moved."""


def post(
    session: Session,
    outlet: Outlet,
    kind: EntryKind,
    lines: Sequence[Line],
    *,
    source: str,
    source_id: str,
    at: datetime,
    by: str,
) -> None:
    """Write one entry with its postings. Lines of zero are left out.

    The postings go in first and the entry last: the database refuses an entry that does not
    sum to zero, and any posting to an entry that exists. Raises UnbalancedEntry before it would.
    """
    written = [line for line in lines if line.amount != 0]
    if not written or sum(line.amount for line in written) != 0:
        raise UnbalancedEntry(kind, source, source_id)
    uid = new_ulid(at)
    session.execute(
        _WRITE_POSTINGS,
        [
            {
                "entry_uid": uid,
                "account": line.account,
                "amount": line.amount,
                "order_id": line.order_id,
                "shift_id": line.shift_id,
                "payment": line.payment,
            }
            for line in written
        ],
    )
    session.execute(
        _WRITE_ENTRY,
        {
            "uid": uid,
            "outlet_id": outlet.id,
            "kind": kind,
            "source": source,
            "source_id": source_id,
            "business_day": business_day(at, outlet.zone, outlet.day_cutoff_hour),
            "at": at,
            "by": by,
        },
    )
