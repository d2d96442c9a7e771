"""Finds settlement files, their lines and their breaks."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from core.base.ids import is_uid
from core.payments.models import Attempt
from core.settlements.errors import UnknownSettlementFile
from core.settlements.models import BreakState, LineKind, SettlementBreak, SettlementFile, SettlementLine

_AT_ONCE: Final = 500
JUDGED: Final = (LineKind.PAYMENT, LineKind.REFUND)
"""What is compared with the books."""
_Key = TypeVar("_Key", str, int)


def in_portions(keys: Collection[_Key]) -> Iterator[list[_Key]]:
    """Divide keys into portions that a database takes in one question, each key once, in order."""
    rest = iter(sorted(set(keys)))
    while portion := list(islice(rest, _AT_ONCE)):
        yield portion


def file_by_digest(session: Session, outlet_id: int, digest: str) -> SettlementFile | None:
    """Find a file that was taken in before."""
    same = (SettlementFile.outlet_id == outlet_id, SettlementFile.digest == digest)
    return session.scalar(select(SettlementFile).where(*same))


def file_by_uid(session: Session, outlet_id: int, uid: str) -> SettlementFile:
    """Find a file of an outlet. Raises UnknownSettlementFile."""
    same = (SettlementFile.outlet_id == outlet_id, SettlementFile.uid == uid)
    file = session.scalar(select(SettlementFile).where(*same)) if is_uid(uid) else None
    if file is None:
        raise UnknownSettlementFile
    return file


def files_since(session: Session, outlet_id: int, day: date) -> Sequence[SettlementFile]:
    """List the files that speak of a day or a later one, the oldest import first. Those of refunds alone speak of none."""
    speaks = SettlementFile.first_day <= SettlementFile.last_day
    recent = (SettlementFile.outlet_id == outlet_id, SettlementFile.last_day >= day, speaks)
    return session.scalars(select(SettlementFile).where(*recent).order_by(SettlementFile.id)).all()


def newest_file_id(session: Session, outlet_id: int) -> int:
    """Tell which file of an outlet was taken in last; 0 while there is none."""
    newest = select(func.max(SettlementFile.id)).where(SettlementFile.outlet_id == outlet_id)
    return session.scalar(newest) or 0


def lines_of_file(session: Session, file_id: int) -> Sequence[int]:
    """List a file's payments and refunds under references of ours, by their ids."""
    mine = (SettlementLine.file_id == file_id, SettlementLine.kind.in_(JUDGED))
    return session.scalars(select(SettlementLine.id).where(*mine)).all()


def line_ids_by_row(session: Session, file_id: int) -> Mapping[int, int]:
    """Tell the id of each line of a file by its row."""
    mine = select(SettlementLine.row_number, SettlementLine.id).where(SettlementLine.file_id == file_id)
    return dict(session.execute(mine).all())


def lines_with_open_breaks(session: Session, outlet_id: int) -> Sequence[int]:
    """List the lines of an outlet's files about which something is open that our books may explain, by their ids.

    Of a payment that no attempt of ours made they never will.
    """
    is_open = (SettlementBreak.outlet_id == outlet_id, SettlementBreak.state == BreakState.OPEN)
    of_ours = select(Attempt.id).where(Attempt.reference == SettlementBreak.reference).exists()
    wanted = select(SettlementBreak.line_id).where(*is_open, SettlementBreak.line_id.is_not(None), of_ours)
    return [line_id for line_id in session.scalars(wanted) if line_id is not None]


def lines_by_id(session: Session, ids: Collection[int]) -> Sequence[SettlementLine]:
    """List lines, not more than a portion of them, in the order in which they were taken in."""
    return session.scalars(select(SettlementLine).where(SettlementLine.id.in_(ids)).order_by(SettlementLine.id)).all()


def lines_about(session: Session, outlet_id: int, references: Collection[str]) -> Sequence[SettlementLine]:
    """List everything that an outlet's files say of some payments, in the order in which it was taken in."""
    about = select(SettlementLine).join(SettlementFile, SettlementFile.id == SettlementLine.file_id)
    about = about.where(SettlementFile.outlet_id == outlet_id, SettlementLine.reference.in_(references))
    return session.scalars(about.order_by(SettlementLine.id)).all()


def listed_among(session: Session, references: Collection[str]) -> set[str]:
    """Tell which of some payments any file lists: one account at the gateway may serve several outlets."""
    listed = SettlementLine.reference.in_(references), SettlementLine.kind == LineKind.PAYMENT
    return set(session.scalars(select(SettlementLine.reference).where(*listed)))


def is_of_file(file: SettlementFile) -> ColumnElement[bool]:
    """Name the breaks that stand with a file: of its lines, and what no file lists of its days."""
    missing = and_(
        SettlementBreak.line_id.is_(None),
        SettlementBreak.outlet_id == file.outlet_id,
        SettlementBreak.day.between(file.first_day, file.last_day),
    )
    return or_(and_(SettlementBreak.line_id.is_not(None), SettlementBreak.file_id == file.id), missing)


def breaks_for_update(session: Session, wanted: Select[SettlementBreak]) -> Sequence[SettlementBreak]:
    """Lock breaks, always in the order of their ids."""
    found = wanted.order_by(SettlementBreak.id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(found).all()


def count_open_breaks(session: Session, outlet_id: int) -> int:
    """Count what still does not agree."""
    is_open = (SettlementBreak.outlet_id == outlet_id, SettlementBreak.state == BreakState.OPEN)
    return session.scalar(select(func.count()).select_from(SettlementBreak).where(*is_open)) or 0
