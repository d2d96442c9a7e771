"""A manager gives money back: written down first, sent once whatever happens, told as it is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from core.base.clock import GATEWAY_ZONE
from core.base.errors import KeyReused, MejaError
from core.events.record import Actor
from core.ledger.models import Account
from core.orders.errors import ReasonNeeded
from core.orders.models import Order
from core.payments.errors import (
    DrawerTooEmpty,
    GatewayCanRefund,
    NoPartialRefund,
    NothingToRefund,
    RefundTooMuch,
    RefundUnderWay,
    RefundWindowOver,
)
from core.payments.gateway import GatewayState, PaymentReport, RefundRequest, RefundUnclear
from core.payments.models import Attempt, Refund
from core.payments.queries import refunds_of_order
from core.shifts.errors import NoOpenShift
from tests.passed_on import PassedOn
from tests.shop import CASHIER, Shop

MANAGER = Actor("staff", 2, "Manager")


def refunds(shop: Shop, order: Order) -> list[Refund]:
    with shop.core.db.read() as session:
        return list(refunds_of_order(session, order.id))


def states(shop: Shop, order: Order) -> list[tuple[str, int]]:
    return [(str(refund.state), refund.amount) for refund in refunds(shop, order)]


def given_back(shop: Shop, order: Order) -> int:
    """What the gateway really gave back of the order's newest attempt."""
    reference = shop.attempt(order).reference
    return sum(line["refunded"] for line in shop.simulator.book()["transactions"] if line["order_id"] == reference)


def paid(shop: Shop, **how: Any) -> Order:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order, **how)
    return order


def ask(shop: Shop, order: Order, amount: int, **how: Any) -> Refund:
    refund = shop.core.refunds.ask(order.uid, amount, "Sate gosong", MANAGER, **how)
    shop.gateway_works()
    return refund


def test_a_whole_payment_goes_back_and_the_bank_confirms_it(shop: Shop) -> None:
    order = paid(shop)

    ask(shop, order, order.total)
    assert states(shop, order) == [("accepted", order.total)]
    assert shop.status(order) == ("confirmed", "refunded")
    assert given_back(shop, order) == order.total

    shop.simulator.call("POST", f"/simulator/transactions/{shop.attempt(order).reference}/confirm-refund")
    shop.hears_of(shop.attempt(order), said="refund")
    assert states(shop, order) == [("confirmed", order.total)]


def test_the_banks_confirmation_is_asked_for_where_no_message_brings_it(shop: Shop) -> None:
    order = paid(shop)
    ask(shop, order, order.total)
    shop.simulator.call("POST", f"/simulator/transactions/{shop.attempt(order).reference}/confirm-refund")

    shop.clock.added += timedelta(seconds=30)
    shop.gateway_works()

    assert states(shop, order) == [("confirmed", order.total)]


def test_parts_go_back_until_nothing_is_left(shop: Shop) -> None:
    order = paid(shop)

    ask(shop, order, 5_000)
    assert shop.status(order) == ("confirmed", "partially_refunded")
    ask(shop, order, order.total - 5_000)

    assert shop.status(order) == ("confirmed", "refunded")
    with pytest.raises(NothingToRefund):
        ask(shop, order, 1)
    assert given_back(shop, order) == order.total


@pytest.mark.parametrize("amount", [0, -1, 10**12])
def test_more_than_is_left_and_less_than_a_rupiah_are_refused(shop: Shop, amount: int) -> None:
    order = paid(shop)

    with pytest.raises(RefundTooMuch):
        ask(shop, order, amount)

    assert refunds(shop, order) == []


def test_parts_that_add_up_to_more_than_was_paid_are_refused(shop: Shop) -> None:
    order = paid(shop)
    ask(shop, order, order.total - 1_000)

    with pytest.raises(RefundTooMuch):
        ask(shop, order, 1_001)


def test_no_refund_without_a_reason(shop: Shop) -> None:
    order = paid(shop)

    with pytest.raises(ReasonNeeded):
        shop.core.refunds.ask(order.uid, 1_000, "  ", MANAGER)


def test_an_unpaid_order_is_cancelled_and_not_refunded(shop: Shop) -> None:
    order = shop.order("Sate Ayam")

    with pytest.raises(NothingToRefund):
        ask(shop, order, order.total)


def test_two_managers_at_once_give_it_back_once(shop: Shop) -> None:
    order = paid(shop)

    def one(_: int) -> str:
        try:
            return str(shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER).state)
        except MejaError as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(8) as managers:
        said = list(managers.map(one, range(16)))
    shop.gateway_works()

    assert said.count("asked") == 1
    assert set(said) <= {"asked", "RefundUnderWay", "NothingToRefund", "Busy"}
    assert given_back(shop, order) == order.total


def test_the_same_tap_twice_is_one_refund(shop: Shop) -> None:
    order = paid(shop)

    first = ask(shop, order, 2_000, key="tap-tap-1")
    again = ask(shop, order, 2_000, key="tap-tap-1")

    assert first.refund_key == again.refund_key
    assert given_back(shop, order) == 2_000
    with pytest.raises(KeyReused):
        ask(shop, order, 3_000, key="tap-tap-1")
    with pytest.raises(KeyReused):
        ask(shop, order, 2_000, key="tap-tap-1", from_case=True)


@pytest.mark.parametrize("kind", ["drop_answer", "drop_request", "http_503", "html", "half_json", "body_500"])
def test_a_refund_without_an_answer_is_looked_up_and_goes_back_once(shop: Shop, kind: str) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": kind, "count": 1})

    ask(shop, order, order.total)
    assert states(shop, order) == [("asked", order.total)]
    with pytest.raises(RefundUnderWay):
        ask(shop, order, 1_000)

    shop.clock.added += timedelta(seconds=5)
    shop.gateway_works()

    assert states(shop, order) == [("accepted", order.total)]
    assert given_back(shop, order) == order.total


def test_a_refund_that_only_the_notification_tells_of_is_posted_once(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "drop_answer", "count": 1})
    ask(shop, order, order.total)

    shop.hears_of(shop.attempt(order), said="refund")
    assert states(shop, order) == [("accepted", order.total)]
    shop.clock.added += timedelta(seconds=5)
    shop.gateway_works()

    assert shop.balance(Account.REFUNDS) == order.total


def test_a_program_that_died_after_asking_asks_with_the_same_key(shop: Shop) -> None:
    order = paid(shop)
    shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER)
    # What a crash leaves behind: the call was noted and made, its answer was never read.
    (refund,) = refunds(shop, order)
    with shop.core.db.write() as session:
        mine = session.get_one(Refund, refund.id)
        mine.first_sent_at = shop.clock()
    shop.simulator.refund(refund.payment, refund.amount, refund.refund_key)

    shop.gateway_works()

    assert states(shop, order) == [("accepted", order.total)]
    assert given_back(shop, order) == order.total


def test_a_denied_refund_moves_nothing_and_may_be_paid_out_in_cash(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})

    ask(shop, order, order.total)

    assert states(shop, order) == [("refused", order.total)]
    assert refunds(shop, order)[0].refused_for == "denied"
    assert shop.status(order) == ("confirmed", "paid")
    drawer = shop.balance(Account.DRAWER)
    ask(shop, order, order.total, in_cash=True)
    assert shop.balance(Account.DRAWER) == drawer - order.total
    assert shop.status(order) == ("confirmed", "refunded")


def test_without_enough_at_the_gateway_the_refund_says_so(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.call("PUT", "/simulator/settings", {"refund_balance": 100})
    try:
        ask(shop, order, order.total)
    finally:
        shop.simulator.call("PUT", "/simulator/settings", {"refund_balance": None})

    assert refunds(shop, order)[0].refused_for == "amount"


def test_a_refund_after_a_chargeback_is_refused_by_its_state(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.call("POST", f"/simulator/transactions/{shop.attempt(order).reference}/chargeback")

    ask(shop, order, order.total)

    assert refunds(shop, order)[0].refused_for == "state"
    assert given_back(shop, order) == 0


def test_cash_is_no_way_around_the_gateway(shop: Shop) -> None:
    order = paid(shop)

    with pytest.raises(GatewayCanRefund):
        ask(shop, order, order.total, in_cash=True)


@pytest.mark.parametrize(("issuer", "days"), [("gopay", 45), ("dana", 7)])
def test_the_window_of_the_payers_wallet_is_known_before_anybody_asks(shop: Shop, issuer: str, days: int) -> None:
    order = paid(shop, issuer=issuer)
    shop.clock.added += timedelta(days=days, minutes=-5)
    assert not shop.core.refunds.offer(order.uid).is_over

    shop.clock.added += timedelta(minutes=10)

    assert shop.core.refunds.offer(order.uid).is_over
    with pytest.raises(RefundWindowOver):
        shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER)
    shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER, in_cash=True)


def test_a_wallet_that_gives_back_everything_or_nothing(shop: Shop) -> None:
    order = paid(shop, issuer="ovo")

    with pytest.raises(NoPartialRefund, match="OVO"):
        ask(shop, order, 1_000)
    ask(shop, order, 1_000, in_cash=True)

    assert shop.status(order) == ("confirmed", "partially_refunded")


def test_a_cash_bill_is_given_back_from_the_drawer(shop: Shop) -> None:
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(order.uid, 100_000, CASHIER)

    ask(shop, order, order.cash_total)

    assert shop.status(order) == ("confirmed", "refunded")
    assert shop.balance(Account.DRAWER) == 200_000
    sheet = shop.core.shifts.current(shop.outlet.id)
    assert sheet is not None
    assert sheet.refunded == order.cash_total


def test_no_cash_without_a_shift_nor_from_an_empty_drawer(shop: Shop) -> None:
    order = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cash.take(order.uid, 100_000, CASHIER)
    shop.core.shifts.move(shop.outlet.id, -215_000, "ke bank", CASHIER)
    with pytest.raises(DrawerTooEmpty):
        ask(shop, order, order.cash_total)
    shop.core.shifts.close(shop.outlet.id, 0, CASHIER)
    with pytest.raises(NoOpenShift):
        ask(shop, order, order.cash_total)
    shop.core.shifts.open(shop.outlet.id, 0, CASHIER)


def test_the_double_is_returned_and_the_order_stays_paid(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    first = shop.attempt(order)
    shop.passes(timedelta(minutes=16))
    shop.gateway_works()
    shop.core.payments.new_qr(order.uid)
    shop.gateway_works()
    shop.wallet.pays(order)
    shop.wallet.pays(order, attempt=first, late=True)
    assert [case.kind for case in shop.cases()] == ["double"]

    ask(shop, order, order.total)

    assert shop.status(order) == ("confirmed", "paid")
    assert shop.cases() == []
    assert refunds(shop, order)[0].payment == first.reference


def test_cash_and_the_dashboard_together_give_it_back_twice_and_the_loss_is_shown(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})
    ask(shop, order, order.total)
    ask(shop, order, order.total, in_cash=True)

    shop.simulator.refund(shop.attempt(order).reference, order.total, "DASHBOARD")
    shop.hears_of(shop.attempt(order), said="refund")

    assert shop.balance(Account.LOSSES) == order.total
    assert [case.kind for case in shop.cases()] == ["conflicting"]


def test_a_refund_that_was_believed_refused_and_was_made_after_all_is_followed(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})
    refund = ask(shop, order, order.total)
    shop.simulator.refund(refund.payment, refund.amount, refund.refund_key)

    shop.hears_of(shop.attempt(order), said="refund")

    assert states(shop, order) == [("accepted", order.total)]


def test_after_a_week_without_an_answer_nobody_asks_with_a_key_the_gateway_has_forgotten(shop: Shop) -> None:
    order = paid(shop, issuer="gopay")
    shop.simulator.misbehave({"call": "refund", "kind": "drop_request"})
    ask(shop, order, order.total)
    shop.clock.added += timedelta(days=6, minutes=1)
    shop.simulator.behave()

    shop.gateway_works()

    assert refunds(shop, order)[0].refused_for == "no_answer"
    assert given_back(shop, order) == 0


@dataclass
class Behind(PassedOn):
    """The gateway, whose list of refunds is behind what it did."""

    lag: int
    """How many looks it stays behind."""
    said: type[Exception] | None = None
    """What it answers instead of making a refund."""

    def fetch_report(self, reference: str) -> PaymentReport:
        report = super().fetch_report(reference)
        if self.lag == 0:
            return report
        self.lag -= 1
        return replace(report, state=GatewayState.SETTLED, refunds=())

    def refund(self, request: RefundRequest) -> None:
        if self.said is not None:
            raise self.said
        super().refund(request)


def through(shop: Shop, between: PassedOn) -> None:
    """Let everything that is due about refunds go through a gateway that differs, ten times over."""
    queue = shop.core.worker.queue
    shop.core.worker.queue.refunds = replace(queue.refunds, gateway=between)
    for _ in range(10):
        shop.gateway_works()
        shop.clock.added += timedelta(minutes=2)
    shop.core.worker.queue.refunds = replace(queue.refunds, gateway=between.gateway)


def test_what_the_dashboard_gave_back_unheard_is_known_before_anything_is_asked_for_or_paid_in_cash(
    shop: Shop,
) -> None:
    order = paid(shop)
    shop.simulator.refund(shop.attempt(order).reference, 30_000, "DASHBOARD")

    ask(shop, order, order.total)

    assert states(shop, order) == [("refused", order.total), ("accepted", 30_000)]
    assert shop.core.refunds.offer(order.uid).left == order.total - 30_000
    assert given_back(shop, order) == 30_000


def test_a_refund_that_the_gateway_has_and_does_not_list_yet_is_never_called_refused(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "drop_answer", "count": 1})
    shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER)

    through(shop, Behind(shop.core.worker.queue.refunds.gateway, 6))

    assert states(shop, order) == [("accepted", order.total)]
    assert given_back(shop, order) == order.total


def test_one_answer_that_nobody_knows_the_payment_ends_no_refund(shop: Shop) -> None:
    order = paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "drop_answer", "count": 1})
    ask(shop, order, order.total)
    shop.simulator.misbehave({"call": "status", "kind": "body_404", "count": 1})

    for _ in range(2):
        shop.clock.added += timedelta(minutes=2)
        shop.gateway_works()

    assert states(shop, order) == [("accepted", order.total)]
    assert given_back(shop, order) == order.total


def test_a_gateway_that_will_not_and_does_not_say_why_is_believed_after_a_while(shop: Shop) -> None:
    order = paid(shop)
    refund = shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER)
    unwilling = Behind(shop.core.worker.queue.refunds.gateway, 0, RefundUnclear)
    queue = shop.core.worker.queue
    queue.refunds = replace(queue.refunds, gateway=unwilling)

    shop.gateway_works()
    assert states(shop, order) == [("asked", order.total)]
    for _ in range(8):
        shop.clock.added += timedelta(minutes=2)
        shop.gateway_works()

    assert refund.refund_key == refunds(shop, order)[0].refund_key
    assert refunds(shop, order)[0].refused_for == "state"


def test_shopeepays_night_is_waited_for(shop: Shop) -> None:
    order = paid(shop)
    with shop.core.db.write() as session:
        session.get_one(Attempt, shop.attempt(order).id).acquirer = "airpay shopee"
    now = shop.clock().astimezone(GATEWAY_ZONE)
    shop.clock.added += now.replace(hour=23, minute=56, second=0) - now

    ask(shop, order, order.total)
    assert states(shop, order) == [("asked", order.total)]
    assert given_back(shop, order) == 0
    shop.clock.added += timedelta(hours=6, minutes=5)
    shop.gateway_works()

    assert given_back(shop, order) == order.total


def test_a_credited_orders_refund_takes_its_own_part_of_the_payment_and_no_other(shop: Shop) -> None:
    first = shop.order("Sate Ayam", "Rendang")
    shop.wallet.pays(first, amount=first.total + 60_000)
    (case,) = shop.cases()
    shop.core.cases.credit(shop.outlet.id, case.uid, first.uid, MANAGER)
    second = shop.order("Es Teh")
    shop.core.cases.credit(shop.outlet.id, case.uid, second.uid, MANAGER)

    offer = shop.core.refunds.offer(second.uid)
    ask(shop, second, offer.left)

    assert offer.left == second.total
    assert shop.status(second) == ("confirmed", "refunded")
    assert shop.status(first) == ("confirmed", "paid")
    with pytest.raises(NothingToRefund):
        ask(shop, second, 1)
    assert [left.amount for left in shop.cases()] == [60_000 - second.total]


def test_each_cancelled_order_of_one_payment_is_given_back_by_itself(shop: Shop) -> None:
    first = shop.order("Sate Ayam")
    shop.wallet.pays(first, amount=first.total + 20_000)
    (case,) = shop.cases()
    shop.core.cases.credit(shop.outlet.id, case.uid, first.uid, MANAGER)
    second = shop.order("Es Teh")
    shop.core.cases.credit(shop.outlet.id, case.uid, second.uid, MANAGER)
    for order in (second, first):
        shop.core.kitchen.cancel(order.uid, "habis", MANAGER, may_void=True)

    ask(shop, first, first.total)

    assert shop.status(first) == ("cancelled", "refunded")
    assert shop.status(second) == ("cancelled", "paid")
    while shop.cases():
        left = shop.cases()[0]
        assert shop.core.money.file(shop.outlet.id, left.uid).offer is not None
        owner = first if left.order_id == first.id else second
        ask(shop, owner, left.amount, payment=left.reference, from_case=True)
    assert shop.status(second) == ("cancelled", "refunded")
