"""What is found in the database when the dust has settled, beside what people had been told."""

import time
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import exists, func, select

from core.events.models import Event
from core.ledger.models import Entry, EntryKind
from core.orders.models import OnceKey, Order, Ticket
from core.payments.models import Attempt, GatewayMessage, Refund, RefundState
from core.services import Core
from tests.chaos.guests import Told
from tests.running_simulator import Simulator

CATCH_UP_SECONDS = 90.0
_KITCHEN_EVENTS = {"order.started": "start", "order.made_ready": "ready", "order.served": "serve"}


@dataclass(slots=True)
class Findings:
    """Money, orders and steps: what there is, what was lost, what is there twice."""

    orders: int = 0
    paid_at_the_gateway: int = 0
    settled: int = 0
    cash: int = 0
    tickets: int = 0
    refunds_at_the_gateway: int = 0
    messages: int = 0
    catch_up_seconds: float = 0.0
    lost: dict[str, list[str]] = field(default_factory=dict)
    """What was acknowledged, or paid, and is not there; by kind."""
    doubled: dict[str, list[str]] = field(default_factory=dict)
    broken: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Invariants of `meja check` that do not hold, with the rows at fault."""
    charged_again: int = 0
    """Gateway ids that were asked to be charged more than once. The same id again is one charge."""

    @property
    def faults(self) -> list[str]:
        """Everything that is not as it must be, one sentence each."""
        return [
            *(f"lost: {len(rows)} {kind} ({', '.join(rows[:3])})" for kind, rows in self.lost.items()),
            *(f"doubled: {len(rows)} {kind} ({', '.join(rows[:3])})" for kind, rows in self.doubled.items()),
            *(f"{name}: {', '.join(rows[:3])}" for name, rows in self.broken.items()),
        ]

    def __str__(self) -> str:
        return (
            f"{self.orders} orders, {self.paid_at_the_gateway} paid at the gateway, {self.settled} settled, "
            f"{self.cash} paid in cash, {self.tickets} tickets, {self.refunds_at_the_gateway} refunds, "
            f"{self.messages} notifications stored, caught up after {self.catch_up_seconds:.1f} s, "
            f"faults: {'; '.join(self.faults) or 'none'}"
        )


def look(core: Core, simulator: Simulator, told: Told) -> Findings:
    """Wait until the books agree with the gateway, for a minute and a half at most, and look at everything."""
    found = Findings(catch_up_seconds=catch_up(core))
    found.broken = {
        finding.name: finding.faults or ("not compared",)
        for finding in core.books.check()
        if not (finding.holds and finding.was_compared)
    }
    _look_at_orders(core, told, found)
    _look_at_money(core, simulator, told, found)
    return found


def catch_up(core: Core, *, besides: str = "") -> float:
    """Wait until no refund is still to be sent and every invariant holds, the gateway's own book included.

    `besides` is an invariant that need not hold. Tells the seconds it took.
    """
    began = time.monotonic()
    while time.monotonic() - began < CATCH_UP_SECONDS:
        # In this order: a refund that goes out between our look at one book and at the other differs in both.
        if not _is_refund_to_be_sent(core) and all(
            finding.holds or finding.name == besides for finding in core.books.check()
        ):
            break
        # The books are another process's work: there is nothing to wait on but their state.
        time.sleep(0.25)
    return time.monotonic() - began


def _is_refund_to_be_sent(core: Core) -> bool:
    soon = core.clock() + timedelta(seconds=CATCH_UP_SECONDS)
    to_be_sent = exists().where(Refund.state == RefundState.ASKED, Refund.due_at <= soon)
    with core.db.read() as session:
        return bool(session.scalar(select(to_be_sent)))


def _look_at_orders(core: Core, told: Told, found: Findings) -> None:
    with core.db.read() as session:
        orders = {uid: (order_id, paid_at) for uid, order_id, paid_at in session.execute(_ORDERS)}
        claimed = set(session.scalars(select(OnceKey.result)))
        tickets = {row[0]: row[1] for row in session.execute(_TICKETS)}
        steps = session.execute(select(Event.order_id, Event.kind).where(Event.kind.in_(_KITCHEN_EVENTS))).all()
        twice_paid = session.scalars(_PAID_TWICE).all()
    uid_of = {order_id: uid for uid, (order_id, _) in orders.items()}
    done = [(uid_of[order_id], _KITCHEN_EVENTS[kind]) for order_id, kind in steps if order_id in uid_of]
    found.orders, found.tickets = len(orders), sum(tickets.values())
    _put(found.lost, "orders", told.orders.keys() - orders.keys())
    _put(found.lost, "payments seen", {uid for uid in told.paid if uid not in orders or orders[uid][1] is None})
    _put(found.lost, "kitchen steps", {f"{uid} {step}" for uid, step in told.steps - set(done)})
    paid = {order_id for order_id, paid_at in orders.values() if paid_at is not None}
    _put(found.lost, "tickets", {uid_of[order_id] for order_id in paid - tickets.keys()})
    # Every key that a diner sent made one order at most: an order that no key names was made twice.
    _put(found.doubled, "orders", orders.keys() - claimed)
    _put(found.doubled, "tickets", {uid_of[order_id] for order_id, count in tickets.items() if count > 1})
    _put(found.doubled, "kitchen steps", {f"{uid} {step}" for uid, step in set(done) if done.count((uid, step)) > 1})
    _put(found.doubled, "payments told of", {uid_of[order_id] for order_id in twice_paid if order_id in uid_of})


def _look_at_money(core: Core, simulator: Simulator, told: Told, found: Findings) -> None:
    book = simulator.book()["transactions"]
    settled_there = {line["order_id"] for line in book if line["settled"] > 0}
    with core.db.read() as session:
        references = set(session.scalars(select(Attempt.reference)))
        settled = list(session.scalars(select(Entry.source_id).where(Entry.kind == EntryKind.SETTLE)))
        cash = list(session.scalars(select(Entry.source_id).where(Entry.kind == EntryKind.CASH)))
        found.messages = session.scalar(select(func.count()).select_from(GatewayMessage)) or 0
    found.paid_at_the_gateway, found.settled, found.cash = len(settled_there), len(settled), len(cash)
    found.refunds_at_the_gateway = sum(1 for line in book if line["refunded"] > 0)
    found.charged_again = sum(
        1 for count in simulator.call("GET", "/simulator/journal")["charges"].values() if count > 1
    )
    _put(found.lost, "settlements", settled_there - set(settled))
    _put(found.lost, "cash", told.cash - set(cash))
    _put(found.doubled, "settlements", {one for one in set(settled) if settled.count(one) > 1})
    _put(found.doubled, "cash", {one for one in set(cash) if cash.count(one) > 1})
    _put(found.doubled, "charges without attempt", {line["order_id"] for line in book} - references)


_ORDERS = select(Order.uid, Order.id, Order.paid_at)
_TICKETS = select(Ticket.order_id, func.count()).group_by(Ticket.order_id)
_PAID_TWICE = select(Event.order_id).where(Event.kind == "order.paid").group_by(Event.order_id).having(func.count() > 1)


def _put(place: dict[str, list[str]], kind: str, found: set[str]) -> None:
    if found:
        place[kind] = sorted(found)
