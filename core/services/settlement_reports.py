"""Shows what settlement files said, how much of it agrees with the books, and what does not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, Select, distinct, func, select
from sqlalchemy.orm import Session

from core.base.database import Database
from core.base.paging import Place, read_place
from core.orders.models import Order
from core.payments.models import Attempt
from core.settlements.models import BreakKind, BreakState, LineKind, SettlementBreak, SettlementFile, SettlementLine
from core.settlements.queries import count_open_breaks, file_by_uid, is_of_file
from core.staff.queries import names_of_actors

PAGE: Final = 40
MOST_SHOWN: Final = 100
"""Breaks of one kind that a page lists; all of them are counted."""
_MOST_SAID: Final = 6


@dataclass(frozen=True, slots=True)
class Tally:
    """How much of a file agrees with the books."""

    payments: int
    """Its payments under references of ours."""
    matched: int
    """Those that stand in our books once, with the same amount, and beside which nothing differs."""
    missing: int
    """Payments of ours on its days that no file lists."""
    open: int
    """What nobody has explained yet, of all kinds."""

    @property
    def percent(self) -> int | None:
        """Of all payments that either side knows of, how many agree; 100 only when all do."""
        whole = self.payments + self.missing
        return self.matched * 100 // whole if whole else None


@dataclass(frozen=True, slots=True)
class FileView:
    """One file with who took it in, and how much of it agrees."""

    file: SettlementFile
    who: str
    """By name; empty for the command line."""
    tally: Tally


@dataclass(frozen=True, slots=True)
class FileList:
    """One page of the files that were taken in, newest first."""

    views: Sequence[FileView]
    cursor: str
    """Where the next page begins; empty on the last one."""


@dataclass(frozen=True, slots=True)
class BreakView:
    """One break with what a person needs to look it up."""

    row: SettlementBreak
    line: SettlementLine | None
    order: Order | None
    """The order that the payment was made for, where it is one of ours."""
    who: str
    """Who closed it, by name; empty where it was not a person."""


@dataclass(frozen=True, slots=True)
class BreakGroup:
    """What is open of one kind."""

    kind: BreakKind
    count: int
    views: Sequence[BreakView]
    """The first of them, by their rows."""


@dataclass(frozen=True, slots=True)
class LineSum:
    """How many lines of a kind a file has, and what they come to in whole rupiah."""

    count: int = 0
    gross: int = 0


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file with everything that does not agree."""

    view: FileView
    groups: Sequence[BreakGroup]
    closed: Sequence[BreakView]
    """What was closed or cleared itself, the newest first."""
    sums: Mapping[LineKind, LineSum]
    others: Sequence[str]
    """In which words the file speaks of lines that are no money of a guest."""


@dataclass(frozen=True, slots=True)
class SettlementReports:
    """Reads what was taken in. Nothing is changed."""

    db: Database

    def page(self, outlet_id: int, *, cursor: str = "") -> FileList:
        """List the files of an outlet. Raises BadCursor."""
        after = read_place(cursor)
        wanted = select(SettlementFile).where(SettlementFile.outlet_id == outlet_id)
        if after is not None:
            wanted = wanted.where(SettlementFile.id < after.number)
        with self.db.read() as session:
            files = session.scalars(wanted.order_by(SettlementFile.id.desc()).limit(PAGE + 1)).all()
            shown = files[:PAGE]
            more = len(files) > PAGE
            return FileList(
                views=_views(session, outlet_id, shown),
                cursor=str(Place(shown[-1].at.date(), shown[-1].id)) if more else "",
            )

    def report(self, outlet_id: int, uid: str) -> FileReport:
        """Show one file. Raises UnknownSettlementFile."""
        with self.db.read() as session:
            file = file_by_uid(session, outlet_id, uid)
            counts = _open_of_each_kind(session, file)
            kinds = (kind for kind in BreakKind if counts[kind])
            return FileReport(
                view=_views(session, outlet_id, [file])[0],
                groups=[BreakGroup(kind, counts[kind], _open(session, file, kind)) for kind in kinds],
                closed=_over(session, file),
                sums=_sums(session, file),
                others=_said_of_others(session, file),
            )

    def open_breaks(self, outlet_id: int) -> int:
        """Count what still does not agree, over all files."""
        with self.db.read() as session:
            return count_open_breaks(session, outlet_id)


def _views(session: Session, outlet_id: int, files: Sequence[SettlementFile]) -> list[FileView]:
    ids = [file.id for file in files]
    of_lines = (SettlementBreak.file_id.in_(ids), SettlementBreak.line_id.is_not(None))
    payments = select(SettlementLine.id).where(SettlementLine.file_id.in_(ids), SettlementLine.kind == LineKind.PAYMENT)
    told_of = (SettlementBreak.state != BreakState.CLEARED, SettlementBreak.line_id.in_(payments))
    lines = func.count(distinct(SettlementBreak.line_id))
    unmatched = _by_file(session, lines, *of_lines, *told_of)
    still_open = _by_file(session, func.count(), *of_lines, SettlementBreak.state == BreakState.OPEN)
    missing = _missing_by_day(session, outlet_id, files)
    names = names_of_actors(session, {file.by for file in files})
    views = []
    for file in files:
        days = {key: count for key, count in missing.items() if file.first_day <= key[0] <= file.last_day}
        tally = Tally(
            payments=file.payments,
            matched=file.payments - unmatched[file.id],
            missing=sum(days.values()),
            open=still_open[file.id] + sum(count for (_, state), count in days.items() if state is BreakState.OPEN),
        )
        views.append(FileView(file, names.get(file.by, ""), tally))
    return views


def _by_file(session: Session, count: ColumnElement[int], *wanted: ColumnElement[bool]) -> Counter[int]:
    """Count breaks by the file they stand with."""
    counts = select(SettlementBreak.file_id, count).where(*wanted).group_by(SettlementBreak.file_id)
    return Counter(dict(session.execute(counts).all()))


def _missing_by_day(
    session: Session, outlet_id: int, files: Sequence[SettlementFile]
) -> Mapping[tuple[date, BreakState], int]:
    """Count what no file lists on the days of some files, by day and state."""
    if not files:
        return {}
    days = SettlementBreak.day.between(min(f.first_day for f in files), max(f.last_day for f in files))
    counts = (
        select(SettlementBreak.day, SettlementBreak.state, func.count())
        .where(SettlementBreak.outlet_id == outlet_id, SettlementBreak.line_id.is_(None), days)
        .where(SettlementBreak.state != BreakState.CLEARED)
        .group_by(SettlementBreak.day, SettlementBreak.state)
    )
    return {(day, state): count for day, state, count in session.execute(counts)}


def _open_of_each_kind(session: Session, file: SettlementFile) -> Counter[BreakKind]:
    counts = (
        select(SettlementBreak.kind, func.count())
        .where(is_of_file(file), SettlementBreak.state == BreakState.OPEN)
        .group_by(SettlementBreak.kind)
    )
    return Counter(dict(session.execute(counts).all()))


def _with_order(file: SettlementFile) -> Select[SettlementBreak, SettlementLine | None, Order | None]:
    return (
        select(SettlementBreak, SettlementLine, Order)
        .outerjoin(SettlementLine, SettlementLine.id == SettlementBreak.line_id)
        .outerjoin(Attempt, Attempt.reference == SettlementBreak.reference)
        .outerjoin(Order, Order.id == Attempt.order_id)
        .where(is_of_file(file))
    )


def _open(session: Session, file: SettlementFile, kind: BreakKind) -> list[BreakView]:
    of_kind = (SettlementBreak.kind == kind, SettlementBreak.state == BreakState.OPEN)
    found = _with_order(file).where(*of_kind).order_by(SettlementBreak.id).limit(MOST_SHOWN)
    return [BreakView(row, line, order, "") for row, line, order in session.execute(found)]


def _over(session: Session, file: SettlementFile) -> list[BreakView]:
    over = _with_order(file).where(SettlementBreak.state != BreakState.OPEN)
    newest_first = over.order_by(SettlementBreak.closed_at.desc(), SettlementBreak.id.desc()).limit(MOST_SHOWN)
    found = session.execute(newest_first).all()
    names = names_of_actors(session, {row.closed_by for row, _, _ in found})
    return [BreakView(row, line, order, names.get(row.closed_by or "", "")) for row, line, order in found]


def _sums(session: Session, file: SettlementFile) -> Mapping[LineKind, LineSum]:
    sums = (
        select(SettlementLine.kind, func.count(), func.sum(SettlementLine.gross))
        .where(SettlementLine.file_id == file.id)
        .group_by(SettlementLine.kind)
    )
    found = {kind: LineSum(count, int(gross)) for kind, count, gross in session.execute(sums)}
    return {kind: found.get(kind, LineSum()) for kind in LineKind}


def _said_of_others(session: Session, file: SettlementFile) -> Sequence[str]:
    count = func.count()
    said = (
        select(SettlementLine.said)
        .where(SettlementLine.file_id == file.id, SettlementLine.kind == LineKind.OTHER, SettlementLine.said != "")
        .group_by(SettlementLine.said)
        .order_by(count.desc(), SettlementLine.said)
    )
    return session.scalars(said.limit(_MOST_SAID)).all()
