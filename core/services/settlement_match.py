"""Compares settlement files with the books, and keeps what does not agree up to date. Safe to repeat."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.base.ids import new_uid
from core.events.record import SYSTEM
from core.ledger.history import left_the_gateway
from core.ledger.queries import settled_by_each
from core.outlets.models import Outlet
from core.payments.cases import open_case
from core.payments.models import Attempt, CaseKind
from core.payments.schedule import soonest_look, want
from core.settlements.judging import Found, Held, judge
from core.settlements.models import BREAKS, BreakKind, BreakState, SettlementBreak, SettlementFile, SettlementLine
from core.settlements.queries import breaks_for_update, in_portions, line_ids_by_row, lines_about

FEW: Final = 10
"""So many payments of one file that we do not know stand on the money desk each by itself, whatever else it lists."""
_NOTHING: Final = Held()
_ASKED_ABOUT: Final = frozenset({BreakKind.MISSING_HERE, BreakKind.UNKNOWN_REFUND})


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found about some lines."""

    found: Sequence[tuple[SettlementLine, Found]]
    known: Collection[str]
    """Which of their references are attempts of ours."""

    @property
    def by_line(self) -> Mapping[tuple[int, BreakKind], Found]:
        """Give what was found by line and kind."""
        return {(line.id, found.kind): found for line, found in self.found}

    @property
    def asked_about(self) -> set[str]:
        """List the payments of ours of which the gateway lists something that it has not told us."""
        return {line.reference for line, found in self.found if found.kind in _ASKED_ABOUT} & set(self.known)


def judge_lines(session: Session, outlet: Outlet, lines: Iterable[SettlementLine]) -> Judged:
    """Judge payments and refunds by the books and by what was listed before. Nothing is written.

    Lines that are not kept yet are those of one file, in its order, and come after all that are.
    """
    mine: dict[str, list[SettlementLine]] = defaultdict(list)
    for line in lines:
        mine[line.reference].append(line)
    held = _held_of_each(session, mine)
    found: list[tuple[SettlementLine, Found]] = []
    for portion in in_portions(mine):
        told: dict[str, list[SettlementLine]] = defaultdict(list)
        for line in lines_about(session, outlet.id, portion):
            told[line.reference].append(line)
        for reference in portion:
            kept = told[reference]
            about = kept + [line for line in mine[reference] if line not in kept]
            for line in mine[reference]:
                before = about[: about.index(line)]
                verdicts = judge(line, held.get(reference, _NOTHING), before, outlet.merchant_class)
                found += [(line, one) for one in verdicts]
    return Judged(found, held.keys())


def open_breaks(session: Session, file: SettlementFile, judged: Judged, *, at: datetime) -> None:
    """Open the breaks of a file that has just been kept, by what was found about its lines.

    The gateway is asked about what it lists and has never told us of; of payments that no attempt of ours made, the
    money desk is told. Where they are most of a file it may be another restaurant's, or our books have lost them: no id
    says which, so one case tells of all of them, and the desk is not buried. Nothing is posted. The caller holds the
    outlet's lock.
    """
    if not judged.found:
        return
    ids = line_ids_by_row(session, file.id)
    rows = [_as_row(file.outlet_id, file.id, ids[line.row_number], line, found, at) for line, found in judged.found]
    session.execute(insert(BREAKS), rows)
    _ask(session, judged.asked_about, at)
    missed = (line for line, found in judged.found if found.kind is BreakKind.MISSING_HERE)
    unknown = [line for line in missed if line.reference not in judged.known]
    if len(unknown) <= max(FEW, len(judged.known)):
        _tell_the_desk(session, file.outlet_id, unknown, at)
    else:
        _tell_of_the_file(session, file, unknown, at)


def lines_to_compare(session: Session, outlet: Outlet, lines: Sequence[SettlementLine]) -> set[int]:
    """Tell of which lines the breaks do not say what is found now, or the gateway is to be asked. Nothing is written."""
    judged = judge_lines(session, outlet, lines)
    verdicts = judged.by_line
    changed = {line.id for line in lines if line.reference in judged.asked_about}
    of_these = select(SettlementBreak).where(SettlementBreak.line_id.in_([line.id for line in lines]))
    kept = {(one.line_id or 0, one.kind): one for one in session.scalars(of_these)}
    changed |= {line_id for line_id, kind in verdicts.keys() - kept.keys()}
    return changed | {key[0] for key, one in kept.items() if not _says(one, verdicts.get(key))}


def compare(session: Session, outlet: Outlet, lines: Sequence[SettlementLine], *, at: datetime) -> None:
    """Judge lines that were taken in before once more; open and clear their breaks by that, and have the gateway asked.

    The caller holds the outlet's lock.
    """
    judged = judge_lines(session, outlet, lines)
    verdicts = judged.by_line
    known: set[tuple[int, BreakKind]] = set()
    for portion in in_portions([line.id for line in lines]):
        of_these = select(SettlementBreak).where(SettlementBreak.line_id.in_(portion))
        for one in breaks_for_update(session, of_these):
            known.add(key := (one.line_id or 0, one.kind))
            settle_break(one, verdicts.get(key), at)
    new = [(line, found) for line, found in judged.found if (line.id, found.kind) not in known]
    if new:
        rows = [_as_row(outlet.id, line.file_id, line.id, line, found, at) for line, found in new]
        session.execute(insert(BREAKS), rows)
    _ask(session, judged.asked_about, at)


def _held_of_each(session: Session, references: Collection[str]) -> Mapping[str, Held]:
    """Tell what our books say of each of some payments that are attempts of ours."""
    held: dict[str, Held] = {}
    for portion in in_portions(references):
        # From the ledger, and not from the refunds: what went back twice, as a loss, has none that says so.
        returned = left_the_gateway(session, portion)
        settled = settled_by_each(session, portion)
        for reference in session.scalars(select(Attempt.reference).where(Attempt.reference.in_(portion))):
            held[reference] = Held(True, settled.get(reference, 0), returned.get(reference, ()))
    return held


def settle_break(one: SettlementBreak, found: Found | None, at: datetime) -> None:
    """Make a break say what was found now. What a person has closed stays closed."""
    if _says(one, found):
        return
    if found is None:
        one.state, one.closed_at, one.closed_by = BreakState.CLEARED, at, str(SYSTEM)
        return
    one.state, one.closed_at, one.closed_by = BreakState.OPEN, None, None
    one.what, one.ours, one.theirs = found.what, found.ours, found.theirs


def _says(one: SettlementBreak, found: Found | None) -> bool:
    if one.state is BreakState.CLOSED:
        return True
    if found is None:
        return one.state is BreakState.CLEARED
    said = (one.what, one.ours, one.theirs)
    return one.state is BreakState.OPEN and said == (found.what, found.ours, found.theirs)


def _as_row(
    outlet_id: int, file_id: int, line_id: int, line: SettlementLine, found: Found, at: datetime
) -> dict[str, object]:
    return {
        "uid": new_uid(),
        "outlet_id": outlet_id,
        "file_id": file_id,
        "line_id": line_id,
        "kind": found.kind,
        "reference": line.reference,
        "day": line.day,
        "what": found.what,
        "ours": found.ours,
        "theirs": found.theirs,
        "state": BreakState.OPEN,
        "reason": "",
        "opened_at": at,
    }


def _ask(session: Session, references: Collection[str], at: datetime) -> None:
    """Have the gateway asked about attempts of ours, as its own file says something that it has not told us."""
    for portion in in_portions(references):
        charged = select(Attempt).where(Attempt.reference.in_(portion), Attempt.charges_sent > 0)
        locked = charged.order_by(Attempt.id).with_for_update().execution_options(populate_existing=True)
        for attempt in session.scalars(locked):
            soonest = soonest_look(attempt, at)
            want(attempt, at, due_at=min(attempt.due_at or soonest, soonest))


def _tell_of_the_file(session: Session, file: SettlementFile, unknown: Sequence[SettlementLine], at: datetime) -> None:
    """Open one case for all payments of a file that belong to no attempt of ours, and are most of what it lists."""
    open_case(
        session,
        CaseKind.STRANGE_FILE,
        outlet_id=file.outlet_id,
        reference=file.uid,
        at=at,
        file=file.name,
        payments=len(unknown),
        claimed=sum(line.gross for line in unknown),
    )


def _tell_the_desk(session: Session, outlet_id: int, unknown: Sequence[SettlementLine], at: datetime) -> None:
    """Open the case of money that belongs to no attempt of ours, as a notification about it would have."""
    for line in unknown:
        open_case(
            session,
            CaseKind.UNMATCHED,
            outlet_id=outlet_id,
            reference=line.reference,
            at=at,
            said="settlement",
            claimed=line.gross,
        )
