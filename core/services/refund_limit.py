"""Holds what one person gives back in a day to what they may without an owner's word."""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.base.clock import business_day, day_begins
from core.base.money import with_dots
from core.events.models import Event
from core.events.record import Actor
from core.outlets.queries import outlet_of
from core.payments.errors import RefundLimitReached
from core.payments.models import Refund, RefundState
from core.staff.queries import member_for_update
from core.staff.rights import Right, may

REFUND_LIMIT: Final = 5_000_000
"""What a manager may give back in one of the outlet's days, in whole rupiah; above it an owner does."""


def hold_to_the_day(session: Session, outlet_id: int, amount: int, by: Actor, *, at: datetime) -> None:
    """Let a refund pass that the day of whoever allows it still has room for. Raises RefundLimitReached.

    The person is locked, after the order and the payment: two refunds at once do not share the same room.
    """
    if by.kind != "staff" or by.id is None:
        return
    if may(member_for_update(session, by.id), Right.GIVE_MUCH_BACK):
        return
    left = REFUND_LIMIT - _given_back_that_day(session, outlet_id, by, at)
    if amount > left:
        raise RefundLimitReached(limit=with_dots(REFUND_LIMIT), left=with_dots(max(left, 0)))


def _given_back_that_day(session: Session, outlet_id: int, by: Actor, at: datetime) -> int:
    outlet = outlet_of(session, outlet_id)
    today = business_day(at, outlet.zone, outlet.day_cutoff_hour)
    since = day_begins(today, outlet.zone, outlet.day_cutoff_hour)
    # Events are found by day, refunds by their orders.
    asked = select(Event.order_id).where(Event.outlet_id == outlet_id, Event.kind == "refund.asked", Event.at >= since)
    mine = (
        select(func.coalesce(func.sum(Refund.amount), 0))
        .where(Refund.order_id.in_(asked.where(Event.by == str(by))), Refund.by == str(by))
        .where(Refund.seen_at >= since, Refund.state != RefundState.REFUSED)
    )
    return int(session.scalar(mine) or 0)
