"""What can become of one order, told from its end alone: exactly one of these stories is its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from core.ledger.models import Account, Entry, EntryKind, Posting
from core.orders.models import Order, Ticket
from core.payments.models import MoneyCase, Refund, RefundState
from tests.shop import Shop


@dataclass(frozen=True, slots=True)
class End:
    """Everything about an order and its money when nothing is on its way any longer, in whole rupiah."""

    status: str
    total: int
    tickets: int
    settled: int
    cash: int
    """What came, by each way."""
    went_back: int
    desk: int
    """What stands in open cases."""
    kinds: tuple[str, ...]
    """The open cases that hold money."""
    asked: int
    """Refunds that nobody has an answer for."""
    at_the_gateway: int
    """What the gateway's own book says it took and kept."""

    @property
    def is_cooked(self) -> bool:
        return self.status in {"confirmed", "preparing", "ready", "served"} and self.tickets == 1

    @property
    def is_closed(self) -> bool:
        return self.status in {"cancelled", "expired"}


def end_of(shop: Shop, order: Order) -> End:
    """Read how an order ended."""
    references = [attempt.reference for attempt in shop.attempts(order)]
    payments = [*references, order.uid]
    with shop.core.db.read() as session:
        now = session.get_one(Order, order.id)
        rows = session.execute(
            select(Entry.kind, func.sum(Posting.amount))
            .join(Entry, Entry.uid == Posting.entry_uid)
            .where(Posting.payment.in_(payments), Posting.account.in_((Account.GATEWAY, Account.DRAWER)))
            .group_by(Entry.kind)
        ).all()
        sums = {kind: int(amount) for kind, amount in rows}
        cases = session.scalars(
            select(MoneyCase).where(MoneyCase.order_id == order.id, MoneyCase.settled_at.is_(None))
        ).all()
        waiting = select(func.count()).where(Refund.order_id == order.id, Refund.state == RefundState.ASKED)
        tickets = session.scalar(select(func.count()).where(Ticket.order_id == order.id)) or 0
        asked = session.scalar(waiting) or 0
    book = [line for line in shop.simulator.book()["transactions"] if line["order_id"] in references]
    return End(
        status=str(now.status),
        total=now.total,
        tickets=tickets,
        settled=sums.get(EntryKind.SETTLE, 0),
        cash=sums.get(EntryKind.CASH, 0),
        went_back=-sums.get(EntryKind.REFUND, 0),
        desk=sum(case.amount for case in cases),
        kinds=tuple(sorted(str(case.kind) for case in cases if case.amount)),
        asked=asked,
        at_the_gateway=sum(line["settled"] - line["refunded"] for line in book),
    )


def stories_of(end: End) -> list[str]:
    """Name every story that fits. One that is whole fits exactly one."""
    return [name for name, fits in _fitting(end).items() if fits]


def _fitting(end: End) -> Mapping[str, bool]:
    came = end.settled + end.cash
    nothing, all_back = came == 0, came > 0 and end.went_back == came
    once = came > 0 and (end.settled == 0 or end.cash == 0)
    twice = end.settled > 0 and end.cash > 0
    on_the_desk = end.desk > 0 and end.desk == came - end.went_back
    by_qr, by_cash = once and end.settled == end.total, once and end.cash > 0
    cooked = end.is_cooked and end.asked == 0
    closed = end.is_closed and end.asked == 0
    return {
        "still waits for its money": end.status == "awaiting_payment" and nothing and end.desk == 0,
        "paid by QR and in the kitchen": cooked and by_qr and end.went_back == 0 and end.desk == 0,
        "paid in cash and in the kitchen": cooked and by_cash and end.went_back == 0 and end.desk == 0,
        "paid in cash, and the QR's money stands in a case": cooked
        and end.settled > 0
        and end.cash > 0
        and end.went_back == 0
        and end.kinds == ("double",)
        and end.desk == end.settled,
        "paid in cash and by QR, and one or both went back": cooked
        and end.settled > 0
        and end.cash > 0
        and end.went_back in {end.settled, came}
        and end.desk == 0,
        "cooked, its cash went back, and the QR's money stands in a case": cooked
        and end.settled > 0
        and end.cash > 0
        and end.went_back == end.cash
        and end.kinds == ("double",)
        and end.desk == end.settled,
        "cooked, and all its money went back": cooked and once and all_back and end.desk == 0,
        "cooked, and a part of its money went back": cooked and once and 0 < end.went_back < came and end.desk == 0,
        "cancelled without money": end.status == "cancelled" and closed and nothing and end.desk == 0,
        "expired without money": end.status == "expired" and closed and nothing and end.desk == 0,
        "cancelled, its money stands in one case": end.status == "cancelled"
        and closed
        and once
        and on_the_desk
        and end.kinds == ("after_cancel",),
        "expired, its money stands in one case": end.status == "expired"
        and closed
        and once
        and on_the_desk
        and end.kinds == ("late",),
        "cancelled, paid twice, each money in its case": end.status == "cancelled"
        and closed
        and twice
        and end.went_back == 0
        and on_the_desk
        and len(end.kinds) == 2,
        "cancelled, paid twice, one money went back and one stands in its case": end.status == "cancelled"
        and closed
        and twice
        and end.went_back in {end.settled, end.cash}
        and on_the_desk
        and len(end.kinds) == 1,
        "closed, and all its money went back": closed and all_back and end.desk == 0,
    }
