"""Which events are acts that somebody answers for, and how they are read: newest first, page by page."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, Select, TextClause, cast, or_, select, text, tuple_, union_all
from sqlalchemy.orm import Session

from core.events.models import BY_HAND, Event


class ActKind(enum.StrEnum):
    """What an act was about, as somebody looks for it."""

    MONEY = "money"
    PEOPLE = "people"
    MENU = "menu"
    SETTINGS = "settings"
    DEVICES = "devices"
    """Tablets, printers, and keys of other programs."""


ACTS: Final[Mapping[ActKind, Sequence[str]]] = {
    ActKind.MONEY: (
        *("order.paid", "cash.taken_in_doubt", "order.cancelled", "order.cancel_wanted"),
        *("refund.asked", "refund.withdrawn", "refund.refused", "refund.confirmed", "refund.undone"),
        *("order.refunded", "order.charged_back", "attempt.reversed", "case.settled"),
        *("shift.opened", "drawer.moved", "drawer.opened", "shift.closed", "line.stopped"),
        *("settlement.taken_in", "settlement.compared", "settlement.closed"),
    ),
    ActKind.PEOPLE: (
        *("staff.added", "staff.renamed", "staff.role_changed", "staff.disabled", "staff.enabled"),
        *("staff.password_changed", "staff.pin_changed", "staff.took_over", "staff.signed_out"),
        *("staff.codes_on", "staff.codes_off", "staff.recovery_code_used", "staff.wrong_pin", "staff.released"),
    ),
    ActKind.MENU: (
        *("menu.imported", "dish.sold_out", "dish.back_on_sale", "dish.counted"),
        *("dish.pictured", "dish.picture_taken_down"),
    ),
    ActKind.SETTINGS: (
        *("outlet.set_up", "outlet.hours_set", "outlet.paused", "outlet.resumed"),
        *("outlet.codes_asked_for", "outlet.codes_not_asked_for", "tables.added", "table.rotated", "sticker.not_ours"),
    ),
    ActKind.DEVICES: (
        *("device.approved", "device.revoked", "key.made", "key.revoked"),
        *("printer.added", "printer.changed", "printer.removed"),
    ),
}
"""Kinds of events that are acts. A kind that is told somewhere and stands neither here nor among those that are none
fails a test (tests/services/test_audit.py)."""

_OF_STAFF_ALONE: Final = frozenset({"order.paid", "order.cancelled", "order.cancel_wanted"})
"""What guests and the gateway do all day as well: that stands in the history of orders and payments."""
_BROUGHT: Final = frozenset(
    {"cash.taken_in_doubt", "refund.asked", "refund.withdrawn", "refund.undone", "case.settled"}
)
"""What one person brings and another one allows."""


@dataclass(frozen=True, slots=True)
class WantedActs:
    """Which acts are looked for; nothing said means all of them."""

    kind: ActKind | None = None
    since: datetime | None = None
    before: datetime | None = None
    by: str = ""
    """Who did it, brought it to somebody who allowed it, or was changed by it, as events name people."""


def acts_of(session: Session, outlet_id: int, wanted: WantedActs, after: Event | None, limit: int) -> Sequence[Event]:
    """List acts at an outlet, newest first, from behind one on."""
    kinds = ACTS[wanted.kind] if wanted.kind else [kind for kinds in ACTS.values() for kind in kinds]
    # Each kind is read from its own end of the index, and no further than the page is long: among the events of
    # years, those that are acts are few.
    newest = [_newest(outlet_id, kind, wanted, after, limit).subquery() for kind in kinds]
    ids = union_all(*(select(each.c.id) for each in newest)).subquery()
    found = select(Event).where(Event.id.in_(select(ids.c.id)))
    return session.scalars(found.order_by(Event.at.desc(), Event.id.desc()).limit(limit)).all()


def act_of(session: Session, outlet_id: int, event_id: int) -> Event | None:
    """Find an event of an outlet by its number."""
    return session.scalar(select(Event).where(Event.id == event_id, Event.outlet_id == outlet_id))


def _newest(outlet_id: int, kind: str, wanted: WantedActs, after: Event | None, limit: int) -> Select[int]:
    conditions: list[ColumnElement[bool] | TextClause] = [
        Event.outlet_id == outlet_id,
        Event.kind == kind,
        *([Event.at >= wanted.since] if wanted.since is not None else []),
        *([Event.at < wanted.before] if wanted.before is not None else []),
        *([tuple_(Event.at, Event.id) < (after.at, after.id)] if after is not None else []),
        *([text(BY_HAND)] if kind in _OF_STAFF_ALONE else []),
        *([_concerns(kind, wanted.by)] if wanted.by else []),
    ]
    return select(Event.id).where(*conditions).order_by(Event.at.desc(), Event.id.desc()).limit(limit)


def _concerns(kind: str, by: str) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = [Event.by == by]
    number = by.partition(":")[2]
    if number and kind in _BROUGHT:
        ways.append(_number("asked_by_id") == int(number))
    if number and kind in ACTS[ActKind.PEOPLE]:
        ways.append(_number("person") == int(number))
    return or_(*ways)


def _number(name: str) -> ColumnElement[int]:
    # As wide as an id is: PostgreSQL's plain integer would refuse a large one that somebody asks for.
    return cast(Event.data[name].as_string(), BigInteger)
