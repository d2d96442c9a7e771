"""Finds payments of ours that no settlement file lists, though files speak of the day on which they were made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func, insert, or_, select
from sqlalchemy.orm import Session

from core.base.clock import GATEWAY_ZONE
from core.ledger.models import Entry, EntryKind
from core.ledger.queries import settled_by_each
from core.outlets.models import Outlet
from core.payments.models import Attempt
from core.services.settlement_match import settle_break
from core.settlements.models import BreakKind, BreakState, LineKind, SettlementBreak, SettlementFile, SettlementLine
from core.settlements.queries import breaks_for_update, files_since, in_portions, listed_among

_LOOKED_BACK: Final = timedelta(days=62)
"""How old the days are that are gone through again: a file may come a month late."""


@dataclass(frozen=True, slots=True)
class _Unlisted:
    """A payment of ours that no file lists."""

    day: date
    amount: int
    file_id: int
    """The first file that speaks of its day."""


def find_missing(session: Session, outlet: Outlet, file: SettlementFile, *, at: datetime) -> None:
    """Open a break for each payment that no file lists, and clear those that one does by now.

    Days are the gateway's own, and only those that are over: a file of today holds half of it. The caller holds the
    outlet's lock.
    """
    today = at.astimezone(GATEWAY_ZONE).date()
    files = files_since(session, outlet.id, min(file.last_day, today - _LOOKED_BACK))
    unlisted = _unlisted(session, outlet, files, today - timedelta(days=1))
    _settle_known(session, outlet, unlisted, at)
    for portion in in_portions(unlisted):
        missed = select(SettlementBreak.reference).where(*_of(outlet), SettlementBreak.reference.in_(portion))
        known = set(session.scalars(missed))
        rows = [_as_row(outlet, one, unlisted[one], at) for one in portion if one not in known]
        if rows:
            session.execute(insert(SettlementBreak), rows)


def _of(outlet: Outlet) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return SettlementBreak.outlet_id == outlet.id, SettlementBreak.line_id.is_(None)


def _as_row(outlet: Outlet, reference: str, one: _Unlisted, at: datetime) -> dict[str, object]:
    return {
        "outlet_id": outlet.id,
        "file_id": one.file_id,
        "kind": BreakKind.MISSING_THERE,
        "reference": reference,
        "day": one.day,
        "ours": one.amount,
        "opened_at": at,
    }


def _settle_known(session: Session, outlet: Outlet, unlisted: Mapping[str, _Unlisted], at: datetime) -> None:
    """Clear what is listed by now, or was undone: neither of the two is ever taken back."""
    open_ones = select(SettlementBreak).where(*_of(outlet), SettlementBreak.state == BreakState.OPEN)
    for one in breaks_for_update(session, open_ones):
        if one.reference not in unlisted and _is_answered(session, one.reference):
            settle_break(one, None, at)


def _is_answered(session: Session, reference: str) -> bool:
    return bool(listed_among(session, [reference])) or not settled_by_each(session, [reference])


def _unlisted(session: Session, outlet: Outlet, files: Sequence[SettlementFile], last: date) -> Mapping[str, _Unlisted]:
    periods = [(file.first_day, min(file.last_day, last), file.id) for file in files if file.first_day <= last]
    if not periods:
        return {}
    paid_at = func.coalesce(Attempt.gateway_paid_at, Entry.at)
    listed = select(SettlementLine.id).where(
        SettlementLine.reference == Attempt.reference, SettlementLine.kind == LineKind.PAYMENT
    )
    found = (
        select(Attempt.reference, paid_at)
        .join(Entry, and_(Entry.source == "gateway", Entry.source_id == Attempt.reference))
        .where(Entry.kind == EntryKind.SETTLE, Entry.outlet_id == outlet.id)
        # The days only bound what is looked through: nothing is written down before it was paid.
        .where(Entry.business_day >= min(first for first, _, _ in periods) - timedelta(days=2))
        .where(or_(*(paid_at.between(*_moments(first, end)) for first, end in _merged(periods))))
        .where(~listed.exists())
    )
    days = {reference: at.astimezone(GATEWAY_ZONE).date() for reference, at in session.execute(found)}
    unlisted: dict[str, _Unlisted] = {}
    for portion in in_portions(days):
        for reference, amount in settled_by_each(session, portion).items():
            day = days[reference]
            file_id = min(one for first, end, one in periods if first <= day <= end)
            unlisted[reference] = _Unlisted(day, amount, file_id)
    return unlisted


def _merged(periods: Sequence[tuple[date, date, int]]) -> list[tuple[date, date]]:
    """Join periods that touch: a year of daily files is one."""
    merged: list[tuple[date, date]] = []
    for first, last, _ in sorted(periods):
        if merged and first <= merged[-1][1] + timedelta(days=1):
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
    """Give the first and the last moment of days in the gateway's zone."""
    begin = datetime.combine(first, time.min, GATEWAY_ZONE)
    return begin, datetime.combine(last + timedelta(days=1), time.min, GATEWAY_ZONE) - timedelta(microseconds=1)
