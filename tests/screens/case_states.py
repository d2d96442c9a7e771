"""Money cases that ask for a look: money that may be gone, refunds that vanished, an order whose money went back."""

from typing import Final

from core.events.record import Actor
from core.orders.models import Order
from core.payments.models import MoneyCase, RefundState
from core.payments.refund_cases import MISSING, open_refund_case
from core.services.restored_refunds import hold_back_refunds
from tests.screens.house import House
from tests.screens.states import State, View
from tests.shop import CASHIER

_MANAGER: Final = Actor("staff", 2, "Manager")


def _case_of(house: House, order: Order) -> MoneyCase:
    (case,) = [case for case in house.shop.cases() if case.order_id == order.id]
    return case


def _page(case: MoneyCase) -> View:
    return View(f"/cashier/money/{case.uid}")


def _maybe_gone(house: House) -> tuple[Order, MoneyCase]:
    """Let money come for an order that has expired, and hold its refund back as a restore does."""
    order = house.expired()
    with house.shop.core.db.write() as session:
        session.merge(order).expires_at = house.shop.clock()
    house.until(lambda: house.shop.gateway_works() >= 0 and house.shop.status(order)[0] == "expired")
    house.shop.simulator.pay(house.shop.attempt(order).reference, late=True)
    house.until(lambda: house.shop.page(order).cases != ())
    case = _case_of(house, order)
    house.misbehaves(order, "refund")
    house.shop.core.refunds.ask(order.uid, case.amount, "Telat", _MANAGER, payment=case.reference, from_case=True)
    with house.shop.core.db.write() as session:
        hold_back_refunds(session, house.shop.clock())
    house.faults.pop()
    house.shop.simulator.misbehave(*house.faults)
    return order, case


def _in_doubt(house: House) -> View:
    _, case = _maybe_gone(house)
    house.order("Es cendol", pay_by="cash")
    return _page(case)


def _several_vanished(house: House) -> View:
    order = house.paid("Rendang sapi", "Es cendol")
    for amount in (5_000, 7_000):
        asked = house.shop.core.refunds.ask(order.uid, amount, "Sate gosong", _MANAGER)
        house.until(
            lambda asked=asked: any(
                one.refund_key == asked.refund_key and one.state is RefundState.ACCEPTED
                for one in house.shop.page(order).refunds
            )
        )
    with house.shop.core.db.write() as session:
        for refund in house.shop.page(order).refunds:
            open_refund_case(session, house.shop.outlet.id, refund, MISSING, at=house.shop.clock())
    return _page(_case_of(house, order))


def _lost_its_money(house: House) -> View:
    order, case = _maybe_gone(house)
    house.shop.core.cases.honour(house.shop.outlet.id, case.uid, _MANAGER, looked_up=True, asked_by=CASHIER)
    (refund,) = house.shop.page(order).refunds
    house.shop.simulator.refund(refund.payment, refund.amount, refund.refund_key)
    house.until(lambda: house.shop.status(order)[1] == "refunded")
    return _page(_case_of(house, order))


CASES: Final = (
    State("staff-case-in-doubt", _in_doubt, is_whole=True),
    State("staff-case-several", _several_vanished, is_whole=True),
    State("staff-case-lost-its-money", _lost_its_money, is_whole=True),
)
