"""Compares settlement files with the books, and keeps what does not agree up to date. Safe to repeat."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.events.record import SYSTEM
from core.ledger.history import left_of_each
from core.ledger.models import EntryKind
from core.ledger.queries import settled_by_each
from core.outlets.models import Outlet
from core.payments.cases import open_case
from core.payments.models import Attempt, CaseKind, Refund, RefundState, RefundWay
from core.payments.schedule import soonest_look, want
from core.settlements.judging import Found, Held, judge
from core.settlements.models import BreakKind, BreakState, SettlementBreak, SettlementLine
from core.settlements.queries import breaks_for_update, in_portions, lines_about, lines_with_open_breaks

FEW: Final = 10
"""So many payments of one file that we do not know stand on the money desk, whatever else it lists."""
_NOTHING: Final = Held()
_ASKED_ABOUT: Final = frozenset({BreakKind.MISSING_HERE, BreakKind.UNKNOWN_REFUND})
Verdicts = Mapping[tuple[int, BreakKind], Found]
"""What was found, by line and kind."""


def compare(session: Session, outlet: Outlet, lines: Sequence[SettlementLine], *, at: datetime) -> None:
    """Judge lines, and those of earlier files about which something is open; open and clear breaks by that.

    The gateway is asked about what it lists and has never told us of; of payments that no attempt of ours made, the
    money desk is told, unless they are most of a file: it is another restaurant's then, and would bury the desk.
    Nothing is posted. The caller holds the outlet's lock.
    """
    judged = {line.id: line for line in (*lines_with_open_breaks(session, outlet.id), *lines)}
    held = _held_of_each(session, {line.reference for line in judged.values()})
    verdicts = _judge_each(session, outlet, judged.values(), held)
    opened = _keep(session, outlet, judged, verdicts, at)
    _ask(session, {judged[line_id].reference for (line_id, kind) in verdicts if kind in _ASKED_ABOUT}, at)
    known = {line.reference for line in lines} & held.keys()
    unknown = [line for line_id in opened if (line := judged[line_id]).reference not in held]
    if len(unknown) <= max(FEW, len(known)):
        _tell_the_desk(session, outlet, unknown, at)


def _held_of_each(session: Session, references: Collection[str]) -> Mapping[str, Held]:
    """Tell what our books say of each of some payments that are attempts of ours."""
    held: dict[str, Held] = {}
    for portion in in_portions(references):
        returned: dict[str, list[int]] = defaultdict(list)
        went = (Refund.way == RefundWay.GATEWAY, Refund.state.in_((RefundState.ACCEPTED, RefundState.CONFIRMED)))
        of_these = select(Refund.payment, Refund.amount).where(Refund.payment.in_(portion), *went)
        for payment, amount in session.execute(of_these):
            returned[payment].append(amount)
        for payment, left in left_of_each(session, portion).items():
            if lost := left.get(EntryKind.CHARGEBACK):
                returned[payment].append(lost)
        settled = settled_by_each(session, portion)
        for reference in session.scalars(select(Attempt.reference).where(Attempt.reference.in_(portion))):
            held[reference] = Held(True, settled.get(reference, 0), returned[reference])
    return held


def _judge_each(
    session: Session, outlet: Outlet, lines: Iterable[SettlementLine], held: Mapping[str, Held]
) -> Verdicts:
    by_reference: dict[str, list[SettlementLine]] = defaultdict(list)
    for line in lines:
        by_reference[line.reference].append(line)
    verdicts: dict[tuple[int, BreakKind], Found] = {}
    for portion in in_portions(by_reference):
        about: dict[str, list[SettlementLine]] = defaultdict(list)
        for line in lines_about(session, outlet.id, portion):
            about[line.reference].append(line)
        for reference in portion:
            for line in by_reference[reference]:
                before = [one for one in about[reference] if one.id < line.id]
                for found in judge(line, held.get(reference, _NOTHING), before, outlet.merchant_class):
                    verdicts[line.id, found.kind] = found
    return verdicts


def _keep(
    session: Session, outlet: Outlet, judged: Mapping[int, SettlementLine], verdicts: Verdicts, at: datetime
) -> list[int]:
    """Make the breaks of some lines say what was found; gives the lines of which a payment is newly missed here."""
    known: set[tuple[int, BreakKind]] = set()
    for portion in in_portions(judged):
        of_these = select(SettlementBreak).where(SettlementBreak.line_id.in_(portion))
        for one in breaks_for_update(session, of_these):
            known.add(key := (one.line_id or 0, one.kind))
            settle_break(one, verdicts.get(key), at)
    new = {key: found for key, found in verdicts.items() if key not in known}
    if new:
        rows = [_as_row(outlet, judged[line_id], found, at) for (line_id, _), found in new.items()]
        session.execute(insert(SettlementBreak), rows)
    return [line_id for line_id, kind in new if kind is BreakKind.MISSING_HERE]


def settle_break(one: SettlementBreak, found: Found | None, at: datetime) -> None:
    """Make a break say what was found now. What a person has closed stays closed."""
    if one.state is BreakState.CLOSED:
        return
    if found is None:
        if one.state is BreakState.OPEN:
            one.state, one.closed_at, one.closed_by = BreakState.CLEARED, at, str(SYSTEM)
        return
    if one.state is BreakState.CLEARED:
        one.state, one.closed_at, one.closed_by = BreakState.OPEN, None, None
    one.what, one.ours, one.theirs = found.what, found.ours, found.theirs


def _as_row(outlet: Outlet, line: SettlementLine, found: Found, at: datetime) -> dict[str, object]:
    return {
        "outlet_id": outlet.id,
        "file_id": line.file_id,
        "line_id": line.id,
        "kind": found.kind,
        "reference": line.reference,
        "day": line.day,
        "what": found.what,
        "ours": found.ours,
        "theirs": found.theirs,
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


def _tell_the_desk(session: Session, outlet: Outlet, unknown: Sequence[SettlementLine], at: datetime) -> None:
    """Open the case of money that belongs to no attempt of ours, as a notification about it would have."""
    for line in unknown:
        open_case(
            session,
            CaseKind.UNMATCHED,
            outlet_id=outlet.id,
            reference=line.reference,
            at=at,
            said="settlement",
            claimed=line.gross,
        )
