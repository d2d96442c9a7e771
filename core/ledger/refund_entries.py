"""Names the entries of one refund: posted, undone when it did not go back, posted again when it did after all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.ledger.models import Entry, EntryKind, Posting
from core.ledger.posting import Line
from core.ledger.queries import is_posted

_GIVEN: Final = "refund"
_AGAIN: Final = "refund_again"
UNDONE: Final = "refund_undone"
"""Source of the entry that takes a refund's posting back."""


@dataclass(frozen=True, slots=True)
class RefundEntry:
    """Under which name a refund stands in the ledger, or would be posted next."""

    source: str
    source_id: str
    stands: bool
    """Whether it is posted and not undone."""
    times_undone: int

    @property
    def counter_id(self) -> str:
        """The source id of the entry that would undo it. Its number comes last: a key may hold any character."""
        name = self.source_id if self.times_undone == 0 else self.source_id.rpartition("/")[0]
        return f"{name}/{self.times_undone + 1}"


def entry_of_refund(session: Session, payment: str, key: str) -> RefundEntry:
    """Find where a refund stands in the ledger. No name is used twice, however often it goes and comes back."""
    name, undone = f"{payment}/{key}", 0
    while is_posted(session, EntryKind.REFUND, UNDONE, f"{name}/{undone + 1}"):
        undone += 1
    source, source_id = (_AGAIN, f"{name}/{undone}") if undone else (_GIVEN, name)
    return RefundEntry(source, source_id, is_posted(session, EntryKind.REFUND, source, source_id), undone)


def countered(session: Session, entry: RefundEntry) -> Sequence[Line]:
    """Make the lines that take an entry back: each of its own with the sign turned."""
    mine = (
        select(Posting)
        .join(Entry, Entry.uid == Posting.entry_uid)
        .where(Entry.kind == EntryKind.REFUND, Entry.source == entry.source, Entry.source_id == entry.source_id)
        .order_by(Posting.id)
    )
    return [
        Line(one.account, -one.amount, one.order_id, shift_id=one.shift_id, payment=one.payment)
        for one in session.scalars(mine)
    ]
