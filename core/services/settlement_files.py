"""Takes settlement files in, compares them with the books, and closes what a person has explained."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.base.clock import GATEWAY_ZONE, Clock
from core.base.database import Database
from core.base.outcomes import retried
from core.base.text import clean_text
from core.events.record import Actor, tell
from core.orders.errors import ReasonNeeded
from core.outlets.errors import NoOutlet
from core.outlets.models import Outlet
from core.services.refunds import LONGEST_REASON
from core.services.settlement_match import Judged, compare, judge_lines, lines_to_compare, open_breaks
from core.services.settlement_missing import find_missing
from core.settlements.columns import read_wishes
from core.settlements.errors import NothingChosen
from core.settlements.models import (
    LINES,
    BreakKind,
    BreakState,
    LineKind,
    SettlementBreak,
    SettlementFile,
    SettlementLine,
)
from core.settlements.queries import (
    JUDGED,
    breaks_for_update,
    file_by_digest,
    file_by_uid,
    in_portions,
    is_of_file,
    lines_by_id,
    lines_of_file,
    lines_with_open_breaks,
    newest_file_id,
)
from core.settlements.reading import Entry, Sheet, read_settlement

_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a file that was handed in."""

    uid: str
    is_new: bool
    """Whether it was not taken in before."""


@dataclass(frozen=True, slots=True)
class _FirstLook:
    """What was found about a file before it was kept."""

    newest: int
    """The last file of the outlet that it was judged beside."""
    judged: Judged


@dataclass(frozen=True, slots=True)
class SettlementFiles:
    """Where what the gateway lists meets what our books hold. A file is a hint: no money is posted from it."""

    db: Database
    clock: Clock
    when_due: Callable[[], None] = field(default=lambda: None)

    def take_in(
        self, outlet_id: int, name: str, raw: bytes, by: Actor, *, columns: Mapping[str, str] | None = None
    ) -> TakenIn:
        """Read a CSV or XLSX file, keep it, and compare it with the books. The same bytes again are the same import.

        `columns` names columns by what they mean, as `gross` → `Amount`, where the file's own names are not known.
        Raises BadSettlementFile, and keeps nothing then; UnknownColumn; NoOutlet.
        """
        wishes = read_wishes(columns or {})
        digest = hashlib.sha256(raw).hexdigest()
        with self.db.read() as session:
            known = file_by_digest(session, outlet_id, digest)
        taken = TakenIn(known.uid, is_new=False) if known else None
        if taken is None:
            # A large file takes seconds: no transaction waits for it.
            sheet = read_settlement(raw, wishes, self.clock().astimezone(GATEWAY_ZONE).date())
            called = clean_text(name, limit=1_000, field="name")[-_LONGEST_NAME:]
            while taken is None:
                taken = self._keep(outlet_id, called, digest, sheet, self._judge(outlet_id, sheet), by)
            with self.db.read() as session:
                open_ones = lines_with_open_breaks(session, outlet_id)
            self._compare(outlet_id, open_ones)
        self.when_due()
        return taken

    def compare_again(self, outlet_id: int, uid: str, by: Actor) -> None:
        """Compare a file with the books as they are now: what was asked about may have come since.

        Raises UnknownSettlementFile.
        """
        with self.db.read() as session:
            file = file_by_uid(session, outlet_id, uid)
            lines = {*lines_of_file(session, file.id), *lines_with_open_breaks(session, outlet_id)}
        self._compare(outlet_id, lines)
        self._end_comparison(outlet_id, file, by)
        self.when_due()

    @retried
    def close(
        self, outlet_id: int, uid: str, kind: BreakKind, reason: str, by: Actor, *, chosen: Collection[str] | None
    ) -> int:
        """Close breaks of one kind that stand with a file, with a reason: those chosen by their uid, or all of them.

        Tells how many were closed. Raises UnknownSettlementFile, ReasonNeeded, BadText, NothingChosen.
        """
        said = clean_text(reason, limit=LONGEST_REASON, field="reason")
        if not said:
            raise ReasonNeeded
        with self.db.write() as session:
            file = file_by_uid(session, outlet_id, uid)
            wanted = select(SettlementBreak).where(is_of_file(file), SettlementBreak.kind == kind)
            open_ones = wanted.where(SettlementBreak.state == BreakState.OPEN)
            found = breaks_for_update(session, open_ones)
            closed = [one for one in found if chosen is None or one.uid in chosen]
            if not closed:
                raise NothingChosen
            for one in closed:
                one.state, one.reason = BreakState.CLOSED, said
                one.closed_at, one.closed_by = self.clock(), str(by)
            about = [one.reference for one in closed[:20]]
            self._tell(
                session,
                file,
                "settlement.closed",
                by,
                breaks=len(closed),
                difference=str(kind),
                about=about,
                reason=said,
            )
            return len(closed)

    def _judge(self, outlet_id: int, sheet: Sheet) -> _FirstLook:
        """Judge a file before it is kept. That takes seconds of a large one: nobody who writes waits for it."""
        lines = [SettlementLine(**_as_row(entry)) for entry in sheet.entries if entry.kind in JUDGED]
        with self.db.read() as session:
            outlet = _outlet(session.get(Outlet, outlet_id))
            return _FirstLook(newest_file_id(session, outlet_id), judge_lines(session, outlet, lines))

    @retried
    def _keep(
        self, outlet_id: int, name: str, digest: str, sheet: Sheet, look: _FirstLook, by: Actor
    ) -> TakenIn | None:
        """Write a file down with what was found about it; nothing if another has come in since it was judged."""
        with self.db.write() as session:
            outlet = _locked(session, outlet_id)
            if (known := file_by_digest(session, outlet_id, digest)) is not None:
                return TakenIn(known.uid, is_new=False)
            if newest_file_id(session, outlet_id) != look.newest:
                return None
            file = _as_file(outlet_id, name, digest, sheet)
            file.at, file.by = self.clock(), str(by)
            session.add(file)
            session.flush()
            session.execute(insert(LINES), [_as_row(entry) | {"file_id": file.id} for entry in sheet.entries])
            open_breaks(session, file, look.judged, at=file.at)
            find_missing(session, outlet, file, at=file.at)
            self._tell(session, file, "settlement.taken_in", by, payments=file.payments, gross=file.gross)
            return TakenIn(file.uid, is_new=True)

    def _compare(self, outlet_id: int, lines: Collection[int]) -> None:
        """Compare lines with the books as they are now. Only where something has changed anything is written."""
        for portion in in_portions(lines):
            with self.db.read() as session:
                outlet = _outlet(session.get(Outlet, outlet_id))
                changed = lines_to_compare(session, outlet, lines_by_id(session, portion))
            if changed:
                self._compare_portion(outlet_id, changed)

    @retried
    def _compare_portion(self, outlet_id: int, lines: Collection[int]) -> None:
        with self.db.write() as session:
            outlet = _locked(session, outlet_id)
            compare(session, outlet, lines_by_id(session, lines), at=self.clock())

    @retried
    def _end_comparison(self, outlet_id: int, file: SettlementFile, by: Actor) -> None:
        with self.db.write() as session:
            find_missing(session, _locked(session, outlet_id), file, at=self.clock())
            self._tell(session, file, "settlement.compared", by)

    def _tell(self, session: Session, file: SettlementFile, what: str, by: Actor, **data: Any) -> None:
        at = self.clock()
        tell(session, what, outlet_id=file.outlet_id, at=at, by=by, topics=(), file=file.name, uid=file.uid, **data)


def _locked(session: Session, outlet_id: int) -> Outlet:
    """Let one hand at a time compare an outlet's files: two at once would miss what the other has just taken in.

    The weaker lock lets orders be written meanwhile, which name the outlet. Raises NoOutlet.
    """
    return _outlet(session.get(Outlet, outlet_id, with_for_update={"key_share": True}, populate_existing=True))


def _outlet(found: Outlet | None) -> Outlet:
    if found is None:
        raise NoOutlet
    return found


def _as_file(outlet_id: int, name: str, digest: str, sheet: Sheet) -> SettlementFile:
    payments = [entry for entry in sheet.entries if entry.kind is LineKind.PAYMENT]
    first_day, last_day = sheet.span
    return SettlementFile(
        outlet_id=outlet_id,
        digest=digest,
        name=name,
        columns=dict(sheet.columns),
        first_day=first_day,
        last_day=last_day,
        payments=len(payments),
        gross=sum(entry.gross for entry in payments),
        fee=_sum(entry.fee for entry in payments),
        vat=_sum(entry.vat for entry in payments),
        net=_sum(entry.net for entry in payments),
    )


def _sum(amounts: Iterable[int | None]) -> int | None:
    """Add up what is known; nothing where nothing is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _as_row(entry: Entry) -> dict[str, Any]:
    return {
        "row_number": entry.row,
        "kind": entry.kind,
        "reference": entry.reference,
        "day": entry.day,
        "gross": entry.gross,
        "fee": entry.fee,
        "vat": entry.vat,
        "net": entry.net,
        "payout": entry.payout,
        "said": entry.said,
        "is_returned": entry.is_returned,
    }
