"""Cash at the counter, and changing one's mind between cash and QRIS."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.ledger.models import Account
from core.orders.errors import (
    AlreadyPaid,
    CashAlreadyTaken,
    PaymentClosed,
    QrIsClosing,
    QrStillLive,
    TooLittleCash,
    TooManyQrs,
    TooMuchCash,
    UnknownClaimCode,
    UnknownOrder,
)
from core.payments.gateway import CannotClose, PaymentReport
from core.payments.models import Attempt
from core.services.order_desk import Stage
from core.shifts.errors import NoOpenShift
from tests.services.test_refunds import MANAGER
from tests.shop import CASHIER, Shop


def test_a_claim_code_leads_to_the_order_and_cash_to_the_kitchen(shop: Shop) -> None:
    order = shop.order("Sate Ayam", "Es Teh", pay_by="cash")
    code = shop.page(order).order.claim_code
    assert code is not None
    assert len(code) == 4

    found = shop.core.cash.order_by_code(shop.outlet.id, f" {code.lower()} ")
    receipt = shop.core.cash.take(found.uid, 100_000, CASHIER)

    assert receipt.change == 100_000 - order.cash_total
    assert shop.status(order) == ("confirmed", "paid")
    assert shop.page(order).order.claim_code is None
    assert shop.balance(Account.DRAWER) == 200_000 + order.cash_total
    assert shop.balance(Account.ROUNDING) == order.total - order.cash_total


@pytest.mark.parametrize("tendered", [0, 1, 40_399])
def test_too_little_cash_is_refused_and_nothing_is_written(shop: Shop, tendered: int) -> None:
    order = shop.order("Sate Ayam", "Es Teh", pay_by="cash")

    with pytest.raises(TooLittleCash):
        shop.core.cash.take(order.uid, tendered, CASHIER)

    assert shop.status(order) == ("awaiting_payment", "pending")
    assert shop.balance(Account.DRAWER) == 200_000


def test_an_amount_nobody_hands_over_is_refused(shop: Shop) -> None:
    order = shop.order("Es Teh", pay_by="cash")
    with pytest.raises(TooMuchCash):
        shop.core.cash.take(order.uid, 10**12, CASHIER)


def test_a_wrong_claim_code_and_an_unknown_order_are_told_apart(shop: Shop) -> None:
    with pytest.raises(UnknownClaimCode):
        shop.core.cash.order_by_code(shop.outlet.id, "ZZZZ")
    with pytest.raises(UnknownOrder):
        shop.core.cash.take("nobody", 1, CASHIER)


def test_cash_is_taken_once(shop: Shop) -> None:
    order = shop.order("Es Teh", pay_by="cash")
    shop.core.cash.take(order.uid, 10_000, CASHIER)
    with pytest.raises(AlreadyPaid):
        shop.core.cash.take(order.uid, 10_000, CASHIER)


def test_whoever_comes_second_is_told_who_took_the_cash(shop: Shop) -> None:
    order = shop.order("Es Teh", pay_by="cash")
    shop.core.cash.take(order.uid, 10_000, CASHIER)
    with pytest.raises(CashAlreadyTaken) as refused:
        shop.core.cash.take(order.uid, 10_000, MANAGER)
    assert refused.value.values == {"number": order.label, "name": "Kasir"}


def test_no_cash_goes_into_a_closed_drawer(shop: Shop) -> None:
    order = shop.order("Es Teh", pay_by="cash")
    shop.core.shifts.close(shop.outlet.id, 200_000, CASHIER)
    with pytest.raises(NoOpenShift):
        shop.core.cash.take(order.uid, 10_000, CASHIER)


def test_a_live_qr_is_closed_at_the_gateway_before_cash_may_be_taken(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)

    shop.core.payments.to_cash(order.uid)
    assert shop.stage(order) is Stage.CLOSING
    with pytest.raises(QrIsClosing):
        shop.core.cash.take(order.uid, 100_000, CASHIER)
    shop.gateway_works()

    assert shop.stage(order) is Stage.AWAITING_CASH
    assert shop.simulator.status(attempt.reference)["transaction_status"] == "cancel"
    shop.core.cash.take(order.uid, 100_000, CASHIER)
    assert shop.status(order) == ("confirmed", "paid")


def test_cash_and_back_to_qris(shop: Shop) -> None:
    order = shop.order("Sate Ayam", pay_by="cash")

    shop.core.payments.to_qris(order.uid)
    shop.gateway_works()

    assert shop.stage(order) is Stage.QR
    assert shop.page(order).order.claim_code is None
    with pytest.raises(QrStillLive):
        shop.core.cash.take(order.uid, 100_000, CASHIER)
    shop.wallet.pays(order)
    assert shop.status(order) == ("confirmed", "paid")


def test_a_qr_that_was_paid_in_the_moment_of_switching_wins(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.simulator.pay(shop.attempt(order).reference, notify=False)

    shop.core.payments.to_cash(order.uid)
    shop.gateway_works()

    assert shop.status(order) == ("confirmed", "paid")
    assert str(shop.page(order).order.payment_method) == "qris"


def test_a_cancel_that_brings_no_answer_is_not_taken_for_done(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.simulator.misbehave({"call": "cancel", "kind": "drop_answer", "count": 1})
    shop.core.payments.to_cash(order.uid)
    shop.gateway_works()
    assert shop.stage(order) is Stage.CLOSING

    shop.clock.added += timedelta(seconds=10)
    shop.gateway_works()

    assert shop.stage(order) is Stage.AWAITING_CASH


def test_a_guest_whose_qr_ran_out_may_simply_pay_at_the_counter(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.passes(timedelta(minutes=16))
    shop.gateway_works()

    shop.core.cash.take(order.uid, 50_000, CASHIER)

    assert shop.status(order) == ("confirmed", "paid")
    assert str(shop.page(order).order.payment_method) == "cash"


def test_a_diner_cancels_and_the_portions_come_back(shop: Shop) -> None:
    order = shop.order("Rendang", "Rendang")
    assert shop.portions("Rendang") == 1

    shop.core.payments.cancel(order.uid)
    shop.gateway_works()

    assert shop.status(order)[0] == "cancelled"
    assert shop.portions("Rendang") == 3
    with pytest.raises(PaymentClosed):
        shop.core.payments.new_qr(order.uid)


def test_asking_for_qr_after_qr_is_slowed_down(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    for _ in range(5):
        shop.simulator.expire(shop.attempt(order).reference)
        shop.hears_of(shop.attempt(order), said="expire")
        shop.core.payments.new_qr(order.uid)
        shop.gateway_works()
    shop.simulator.expire(shop.attempt(order).reference)
    shop.hears_of(shop.attempt(order), said="expire")

    with pytest.raises(TooManyQrs):
        shop.core.payments.new_qr(order.uid)


def test_an_unpaid_cash_order_gives_its_portions_back_in_the_end(shop: Shop) -> None:
    order = shop.order("Rendang", pay_by="cash")

    shop.passes(timedelta(hours=3))
    shop.gateway_works()

    assert shop.status(order) == ("expired", "expired")
    assert shop.portions("Rendang") == 3


def test_i_have_paid_asks_the_gateway_but_not_more_often_than_every_ten_seconds(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.gateway_works()
    shop.simulator.pay(shop.attempt(order).reference, notify=False)
    looked_at = shop.attempt(order).looked_at
    assert looked_at is not None

    assert shop.core.payments.ask_again(order.uid) is False
    shop.gateway_works()
    assert shop.status(order) == ("awaiting_payment", "pending")
    shop.clock.added += timedelta(seconds=10)
    shop.core.payments.ask_again(order.uid)
    shop.gateway_works()

    assert shop.status(order) == ("confirmed", "paid")


def test_cash_before_the_qr_was_made_and_qris_after_all_is_one_qr(shop: Shop) -> None:
    order = shop.order("Sate Ayam", charge=False)
    shop.core.payments.to_cash(order.uid)
    assert shop.stage(order) is Stage.AWAITING_CASH

    shop.core.payments.to_qris(order.uid)
    shop.gateway_works()

    assert shop.stage(order) is Stage.QR
    assert len(shop.attempts(order)) == 1


def test_a_new_qr_of_an_order_waits_for_money_again(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    shop.simulator.expire(attempt.reference)
    shop.hears_of(attempt, said="expire")
    assert shop.status(order) == ("awaiting_payment", "expired")

    shop.core.payments.new_qr(order.uid)
    shop.gateway_works()

    assert shop.status(order) == ("awaiting_payment", "pending")


def test_the_picture_of_a_qr_that_is_being_closed_is_shown_to_nobody(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    assert shop.core.payments.qr_text(order.uid)

    shop.core.payments.to_cash(order.uid)

    assert shop.core.payments.qr_text(order.uid) is None


@dataclass(frozen=True, slots=True)
class Stubborn:
    """A gateway that closes no QR, though it waits for its money."""

    whole: Any

    def fetch_report(self, reference: str) -> PaymentReport:
        report: PaymentReport = self.whole.fetch_report(reference)
        return report

    def cancel(self, reference: str) -> None:
        raise CannotClose


def _closes_nothing(shop: Shop) -> None:
    queue = shop.core.worker.queue
    stubborn: Any = Stubborn(queue.attempts.gateway)
    queue.attempts = replace(queue.attempts, gateway=stubborn)


def _is_asked_again(shop: Shop) -> Attempt:
    """Let the next look at the only attempt be made; gives it as it was before."""
    with shop.core.db.read() as session:
        attempt = session.scalars(select(Attempt)).one()
    assert attempt.due_at is not None
    shop.clock.added += max(attempt.due_at - shop.clock(), timedelta())
    assert shop.gateway_works() == 1
    return attempt


def test_cash_for_a_qr_that_the_gateway_will_not_close_is_a_managers_decision(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    _closes_nothing(shop)
    shop.core.payments.to_cash(order.uid)
    shop.gateway_works()
    with pytest.raises(QrIsClosing):
        shop.core.cash.take(order.uid, 50_000, CASHIER)

    shop.core.cash.take(order.uid, 50_000, CASHIER, vouched_by=MANAGER)

    assert shop.status(order) == ("confirmed", "paid")
    assert [case.kind for case in shop.cases()] == ["possible_double"]
    shop.simulator.pay(shop.attempt(order).reference, notify=False)
    _is_asked_again(shop)
    assert [(case.kind, case.amount) for case in shop.cases()] == [("double", order.total)]


def test_a_qr_that_the_gateway_will_not_close_is_closed_when_it_will(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    willing = shop.core.worker.queue.attempts
    _closes_nothing(shop)
    shop.core.payments.to_cash(order.uid)
    shop.gateway_works()

    # Not oftener than the gateway likes to be asked, and ever more seldom.
    waits = [_is_asked_again(shop) for _ in range(8)]
    assert all(one.due_at - one.looked_at >= timedelta(seconds=10) for one in waits if one.due_at and one.looked_at)
    assert waits[-1].due_at - waits[-1].looked_at > timedelta(seconds=40)  # type: ignore[operator] # both are set
    told = [event.kind for event in shop.page(order).history]
    assert told.count("attempt.not_closed") == 1

    shop.core.worker.queue.attempts = willing
    _is_asked_again(shop)
    assert shop.stage(order) is Stage.AWAITING_CASH
    shop.core.cash.take(order.uid, 50_000, CASHIER)
