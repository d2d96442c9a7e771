"""Looks up what was ordered, however long ago: lists of it, and the whole story of one order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.paging import read_place
from core.base.text import clean_text
from core.events.models import Event
from core.events.record import events_of_order
from core.orders.errors import UnknownOrder
from core.orders.history import Wanted, orders_of, place_of
from core.orders.models import Order
from core.orders.queries import order_by_uid
from core.outlets.models import Outlet
from core.outlets.queries import outlet_of
from core.payments.models import Attempt, GatewayMessage, MessageOutcome, MoneyCase, Outcome, Refund
from core.payments.queries import attempts_of_order, cases_of_order, refunds_of_order
from core.payments.status import AttemptState
from core.staff.queries import names_of_actors

PAGE: Final = 50
_AT_ONCE: Final = 500
LONGEST_FIND: Final = 60


@dataclass(frozen=True, slots=True)
class OrderList:
    """One page of orders, newest first."""

    outlet: Outlet
    orders: Sequence[Order]
    cursor: str
    """Where the next page begins; empty on the last one."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A notification of the gateway, and what it led to; nothing while it waits to be looked at."""

    message: GatewayMessage
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class OrderFile:
    """Everything that is known of one order."""

    order: Order
    attempts: Sequence[Attempt]
    """Oldest first."""
    refunds: Sequence[Refund]
    cases: Sequence[MoneyCase]
    events: Sequence[Event]
    heard: Sequence[Heard]
    names: Mapping[str, str]
    """Names of the people among the events' actors."""
    now: datetime

    @property
    def may_change(self) -> bool:
        """Whether asking the gateway about the newest QR can still bring news."""
        return (
            bool(self.attempts)
            and self.attempts[-1].due_at is not None
            and self.attempts[-1].state is not AttemptState.SETTLED
        )


@dataclass(frozen=True, slots=True)
class OrderHistory:
    """Reads orders of any age. Nothing is changed."""

    db: Database
    clock: Clock

    def page(self, outlet_id: int, wanted: Wanted, *, cursor: str = "", size: int = PAGE) -> OrderList:
        """Read one page, newest first. Raises NoOutlet, BadCursor, BadText."""
        after = read_place(cursor)
        tidy = replace(wanted, find=clean_text(wanted.find, limit=LONGEST_FIND, field="find"))
        with self.db.read() as session:
            # One more than fits tells whether there is a next page.
            found = orders_of(session, outlet_id, tidy, after, size + 1)
            shown = found[:size]
            more = str(place_of(shown[-1])) if len(found) > size else ""
            return OrderList(outlet_of(session, outlet_id), shown, more)

    def each(self, outlet_id: int, wanted: Wanted) -> Iterator[Order]:
        """Read all of them, newest first, a few hundred at a time."""
        cursor = ""
        while True:
            page = self.page(outlet_id, wanted, cursor=cursor, size=_AT_ONCE)
            yield from page.orders
            if not (cursor := page.cursor):
                return

    def file(self, outlet_id: int, order_uid: str) -> OrderFile:
        """Look up everything about an order of an outlet. Raises UnknownOrder."""
        with self.db.read() as session:
            order = order_by_uid(session, order_uid)
            if order.outlet_id != outlet_id:
                raise UnknownOrder
            attempts = attempts_of_order(session, order.id)[::-1]
            events = events_of_order(session, order.id)
            refunds = refunds_of_order(session, order.id)
            return OrderFile(
                order=order,
                attempts=attempts,
                refunds=refunds,
                cases=cases_of_order(session, order.id),
                events=events,
                heard=_heard(session, [attempt.reference for attempt in attempts]),
                names=names_of_actors(session, {event.by for event in events} | {refund.by for refund in refunds}),
                now=self.clock(),
            )


def _heard(session: Session, references: Sequence[str]) -> list[Heard]:
    found = (
        select(GatewayMessage, MessageOutcome.outcome)
        .outerjoin(MessageOutcome, MessageOutcome.message_id == GatewayMessage.id)
        .where(GatewayMessage.reference.in_(references))
        .order_by(GatewayMessage.id)
    )
    return [Heard(message, outcome) for message, outcome in session.execute(found)]
