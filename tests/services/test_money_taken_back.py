"""Money that a bank or the gateway takes back: the ledger follows, the order is not killed, a person is told."""

from datetime import timedelta

import pytest

from cashier.method import method_of
from core.events.record import Actor
from core.ledger.models import Account
from core.orders.models import Order
from core.payments.cases import open_case
from core.payments.errors import LossNeeded, LossNotEntered
from core.payments.models import Attempt, CaseKind, MoneyCase
from kiosk.order_view import OrderView
from tests.services.test_double_and_late_money import runs_out
from tests.services.test_ways_out import close
from tests.shop import CASHIER, Shop, notification

MANAGER = Actor("staff", 2, "Manager")


def bank_takes_back(shop: Shop, order: Order, amount: int | None = None) -> None:
    attempt = shop.attempt(order)
    how = {} if amount is None else {"amount": amount}
    shop.simulator.call("POST", f"/simulator/transactions/{attempt.reference}/chargeback", how)
    shop.hears_of(attempt)


def hears(shop: Shop, attempt: Attempt, said: str) -> None:
    """Bring the shop a signed word that money left, and let the worker act on it."""
    shop.core.inbox.receive(notification(attempt.reference, attempt.amount, "settlement", transaction_status=said))
    shop.gateway_works()


def gateway_reverses(shop: Shop, order: Order) -> None:
    attempt = shop.attempt(order)
    shop.simulator.call("POST", f"/simulator/transactions/{attempt.reference}/deny", {"reversal": True})
    shop.hears_of(attempt, said="deny")


def test_a_chargeback_is_a_loss_and_a_case_and_the_order_lives_on(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)

    bank_takes_back(shop, order)

    assert shop.status(order) == ("confirmed", "refunded")
    assert [(case.kind, case.amount, case.details["lost"]) for case in shop.cases()] == [("chargeback", 0, order.total)]
    assert shop.balance(Account.LOSSES) == order.total
    assert shop.balance(Account.GATEWAY) == 0


def test_a_chargeback_told_again_takes_nothing_more(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    bank_takes_back(shop, order)

    for _ in range(3):
        shop.hears_of(shop.attempt(order))

    assert shop.balance(Account.LOSSES) == order.total
    assert len(shop.cases()) == 1


def test_a_chargeback_of_money_that_waited_on_the_desk_empties_its_case(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    shop.core.payments.cancel(order.uid)
    shop.gateway_works()
    shop.wallet.pays(order, attempt=attempt, late=True)

    bank_takes_back(shop, order)

    assert [case.kind for case in shop.cases()] == ["chargeback"]
    assert shop.balance(Account.UNAPPLIED) == shop.balance(Account.LOSSES) == 0


def test_a_denial_after_the_settlement_makes_the_order_unpaid_and_rings(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    shop.core.kitchen.start(order.uid, CASHIER)

    gateway_reverses(shop, order)

    assert shop.status(order) == ("preparing", "failed")
    assert str(shop.attempt(order).state) == "denied"
    assert [(case.kind, case.details["lost"]) for case in shop.cases()] == [("reversed", order.total)]
    assert shop.balance(Account.SALES) == shop.balance(Account.GATEWAY) == 0


def test_a_denial_told_again_undoes_nothing_more(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    gateway_reverses(shop, order)

    shop.hears_of(shop.attempt(order), said="deny")

    assert len(shop.cases()) == 1


def test_money_that_never_fitted_and_is_denied_leaves_the_desk(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order, amount=1_000)
    assert [case.kind for case in shop.cases()] == ["wrong_amount"]

    gateway_reverses(shop, order)

    assert [case.kind for case in shop.cases()] == ["reversed"]
    assert shop.balance(Account.UNAPPLIED) == 0


@pytest.mark.parametrize("then", ["settlement", "refund"])
def test_what_the_gateway_says_of_money_it_took_back_needs_a_person(shop: Shop, then: str) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    gateway_reverses(shop, order)
    shop.simulator.pay(shop.attempt(order).reference, late=True)

    with pytest.raises(AssertionError, match="gateway_agrees"):
        # What it took a second time stands nowhere in the ledger: only a person can say what that is.
        _hears_and_checks(shop, order, then)

    assert {case.kind for case in shop.cases()} == {"reversed", "conflicting"}
    shop.simulator.call("POST", f"/simulator/transactions/{shop.attempt(order).reference}/deny", {"reversal": True})


def _hears_and_checks(shop: Shop, order: Order, said: str) -> None:
    shop.hears_of(shop.attempt(order), said=said)
    shop.check_books()


def credited(shop: Shop) -> tuple[Order, Order]:
    """An order that was cancelled before it was paid, and one that its late money was credited to."""
    cancelled = shop.order("Sate Ayam")
    attempt = shop.attempt(cancelled)
    shop.core.payments.cancel(cancelled.uid)
    shop.gateway_works()
    shop.wallet.pays(cancelled, attempt=attempt, late=True)
    (case,) = shop.cases()
    following = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cases.credit(shop.outlet.id, case.uid, following.uid, MANAGER)
    return cancelled, following


def says_paid(shop: Shop, order: Order) -> bool:
    """Whether the guest's page or the board calls an order paid."""
    page = shop.page(order)
    return not OrderView(page).was_undone or method_of(page.order).word != "UNPAID AGAIN"


def test_an_order_paid_by_its_first_qr_is_unpaid_again_though_its_second_was_only_closed(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    first = shop.attempt(order)
    shop.simulator.expire(first.reference)
    shop.hears_of(first, said="expire")
    shop.core.payments.new_qr(order.uid)
    shop.gateway_works()
    shop.wallet.pays(order, attempt=first, late=True)
    shop.gateway_works()
    assert shop.status(order) == ("confirmed", "paid")

    shop.simulator.call("POST", f"/simulator/transactions/{first.reference}/deny", {"reversal": True})
    shop.hears_of(first, said="deny")

    assert shop.status(order) == ("confirmed", "failed")
    assert not says_paid(shop, order)


def test_an_order_that_was_credited_with_money_that_did_not_last_is_unpaid_again(shop: Shop) -> None:
    cancelled, following = credited(shop)

    gateway_reverses(shop, cancelled)

    assert shop.status(following) == ("confirmed", "failed")
    assert not says_paid(shop, following)
    assert "attempt.reversed" in [event.kind for event in shop.page(following).history]
    assert [(case.kind, case.order_id) for case in shop.cases()] == [
        ("conflicting", following.id),
        ("reversed", cancelled.id),
    ]


def test_a_chargeback_of_credited_money_is_told_at_the_order_that_lost_it(shop: Shop) -> None:
    cancelled, following = credited(shop)

    bank_takes_back(shop, cancelled)

    assert shop.status(following) == ("confirmed", "refunded")
    assert "order.charged_back" in [event.kind for event in shop.page(following).history]
    (case,) = [case for case in shop.cases() if case.order_id == following.id]
    assert (case.details["difference"], case.details["lost"]) == ("credited", following.total)


def test_a_refund_that_comes_after_all_is_told_at_the_order_whose_money_it_took(shop: Shop) -> None:
    cancelled = shop.order("Sate Ayam")
    attempt = shop.attempt(cancelled)
    shop.core.payments.cancel(cancelled.uid)
    shop.gateway_works()
    shop.wallet.pays(cancelled, attempt=attempt, late=True)
    shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})
    refund = shop.core.refunds.ask(cancelled.uid, cancelled.total, "Telat", MANAGER)
    shop.gateway_works()
    (case,) = shop.cases()
    following = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cases.credit(shop.outlet.id, case.uid, following.uid, MANAGER)

    shop.simulator.refund(attempt.reference, cancelled.total, refund.refund_key)
    shop.hears_of(attempt, said="refund")

    assert shop.status(following) == ("confirmed", "refunded")
    assert "order.refunded" in [event.kind for event in shop.page(following).history]
    assert [case.order_id for case in shop.cases()] == [following.id]


def test_nothing_more_goes_back_before_somebody_has_entered_what_the_bank_took(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    bank_takes_back(shop, order, 9_000)
    (case,) = shop.cases()
    for in_cash in (False, True):
        with pytest.raises(LossNotEntered):
            shop.core.refunds.ask(order.uid, order.total, "Gosong", MANAGER, in_cash=in_cash)
    with pytest.raises(LossNeeded):
        close(shop, case)
    assert [one.uid for one in shop.cases()] == [case.uid]

    close(shop, case, lost=9_000)

    assert shop.core.refunds.offer(order.uid).left == order.total - 9_000
    assert shop.balance(Account.LOSSES) == 9_000


def bank_takes_a_part_of_late_money(shop: Shop) -> tuple[Order, MoneyCase, MoneyCase]:
    """Give an expired order that was paid too late, its case, and the case of a bank that did not say how much it took."""
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    runs_out(shop)
    shop.passes(timedelta(hours=1))
    shop.gateway_works()
    shop.wallet.pays(order, attempt=attempt, late=True)
    bank_takes_back(shop, order, 9_000)
    late, taken = shop.cases()
    assert (late.kind, late.amount, taken.kind) == (CaseKind.LATE, order.total, CaseKind.CHARGEBACK)
    return order, late, taken


def test_late_money_pays_nothing_before_somebody_has_entered_what_the_bank_took_of_it(shop: Shop) -> None:
    order, late, taken = bank_takes_a_part_of_late_money(shop)
    following = shop.order("Es Teh", pay_by="cash")
    desk = shop.core.cases
    with pytest.raises(LossNotEntered):
        desk.honour(shop.outlet.id, late.uid, MANAGER)
    with pytest.raises(LossNotEntered):
        desk.credit(shop.outlet.id, late.uid, following.uid, MANAGER)
    with pytest.raises(LossNotEntered):
        close(shop, late)
    assert shop.status(order) == ("expired", "expired")
    assert shop.status(following)[1] == "pending"

    close(shop, taken, lost=9_000)

    desk.credit(shop.outlet.id, late.uid, following.uid, MANAGER)
    assert shop.status(following)[1] == "paid"
    (left,) = shop.cases()
    assert left.amount == order.total - 9_000 - following.total


def bank_takes_more(shop: Shop, order: Order, amount: int) -> None:
    """Let the bank take another part, which the gateway tells of in the words of the first."""
    reference = shop.attempt(order).reference
    shop.simulator.call("POST", f"/simulator/transactions/{reference}/chargeback", {"amount": amount, "notify": False})
    hears(shop, shop.attempt(order), "partial_chargeback")


def test_what_a_bank_takes_on_top_is_asked_for_again(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    bank_takes_back(shop, order, 9_000)
    close(shop, shop.cases()[0], lost=9_000)
    heard = len([event for event in shop.page(order).history if event.kind == "case.opened"])

    bank_takes_more(shop, order, 5_000)

    (case,) = shop.cases()
    assert len([event for event in shop.page(order).history if event.kind == "case.opened"]) == heard + 1
    with pytest.raises(LossNotEntered):
        shop.core.refunds.ask(order.uid, order.total - 9_000, "Gosong", MANAGER)
    with pytest.raises(LossNeeded):
        close(shop, case)
    close(shop, case, lost=5_000)
    assert shop.balance(Account.LOSSES) == 14_000
    assert shop.core.refunds.offer(order.uid).left == order.total - 14_000


def test_a_bank_that_takes_the_rest_needs_nobody_to_enter_what_it_took_before(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    bank_takes_back(shop, order, 9_000)
    close(shop, shop.cases()[0], lost=9_000)
    bank_takes_more(shop, order, 5_000)

    bank_takes_back(shop, order)

    (case,) = shop.cases()
    assert (case.details["lost"], case.lacks_loss) == (order.total, False)
    close(shop, case)
    assert shop.balance(Account.LOSSES) == order.total


def test_the_first_word_of_a_partial_chargeback_opens_one_case_and_is_told_once(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    attempt = shop.attempt(order)
    shop.simulator.call("POST", f"/simulator/transactions/{attempt.reference}/chargeback", {"amount": 9_000})

    hears(shop, attempt, "partial_chargeback")

    (case,) = shop.cases()
    assert [event.kind for event in shop.page(order).history].count("case.opened") == 1
    close(shop, case, lost=9_000)


def test_a_bank_that_took_nothing_after_all_is_entered_as_such(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    reference = shop.attempt(order).reference
    with shop.core.db.write() as session:
        open_case(
            session,
            CaseKind.CHARGEBACK,
            outlet_id=order.outlet_id,
            reference=reference,
            at=shop.clock(),
            attempt=shop.attempt(order),
            order_id=order.id,
            said="partial_chargeback",
        )

    close(shop, shop.cases()[0], lost=0)

    assert shop.cases() == []
    assert shop.core.refunds.offer(order.uid).left == order.total


@pytest.mark.parametrize("behind", [timedelta(seconds=2), timedelta(minutes=30), timedelta(hours=7)])
@pytest.mark.parametrize(("said", "turn"), [("refund", {}), ("chargeback", {}), ("deny", {"reversal": True})])
def test_a_word_of_money_that_left_is_followed_until_the_gateways_answer_has_it(
    shop: Shop, said: str, turn: dict[str, bool], behind: timedelta
) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    shop.passes(timedelta(days=3))
    shop.gateway_works()
    attempt = shop.attempt(order)
    assert attempt.due_at is None

    hears(shop, attempt, said)
    assert shop.balance(Account.GATEWAY) == order.total
    shop.passes(behind)
    shop.gateway_works()
    shop.simulator.call("POST", f"/simulator/transactions/{attempt.reference}/{said}", {"notify": False, **turn})
    for _ in range(30):
        shop.passes(timedelta(hours=1))
        shop.gateway_works()

    assert shop.balance(Account.GATEWAY) == 0
    assert shop.attempt(order).due_at is None


@pytest.mark.parametrize("said", ["settlement", "refund", "partial_refund", "chargeback"])
def test_a_word_of_money_that_came_is_followed_though_the_attempt_had_ended(shop: Shop, said: str) -> None:
    order = shop.order("Sate Ayam")
    shop.passes(timedelta(minutes=40))
    shop.gateway_works()
    shop.passes(timedelta(days=3))
    shop.gateway_works()
    attempt = shop.attempt(order)
    assert (str(attempt.state), attempt.due_at) == ("expired", None)

    hears(shop, attempt, said)

    due_at = shop.attempt(order).due_at
    assert due_at is not None
    assert due_at <= shop.clock() + timedelta(minutes=1)


def test_a_part_that_went_back_is_found_though_an_earlier_part_is_listed_already(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    reference = shop.attempt(order).reference
    shop.simulator.call("POST", f"/simulator/transactions/{reference}/refund", {"amount": 1_000, "notify": False})
    hears(shop, shop.attempt(order), "partial_refund")
    shop.passes(timedelta(days=3))
    shop.gateway_works()
    assert shop.balance(Account.GATEWAY) == order.total - 1_000

    hears(shop, shop.attempt(order), "partial_refund")
    shop.simulator.call("POST", f"/simulator/transactions/{reference}/refund", {"amount": 2_000, "notify": False})
    shop.passes(timedelta(minutes=2))
    shop.gateway_works()

    assert shop.balance(Account.GATEWAY) == order.total - 3_000


def test_a_slip_of_the_gateway_does_not_end_the_watch_that_a_word_of_refund_began(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    shop.passes(timedelta(days=3))
    shop.gateway_works()
    attempt = shop.attempt(order)
    hears(shop, attempt, "refund")

    slips(shop)
    shop.simulator.refund(attempt.reference, 5_000, "DASH")
    for _ in range(10):
        shop.passes(timedelta(hours=1))
        shop.gateway_works()

    assert shop.received(order) == order.total - 5_000


def test_a_slip_of_the_gateway_does_not_end_the_watch_that_a_word_of_payment_began(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    shop.core.payments.cancel(order.uid)
    shop.gateway_works()
    shop.passes(timedelta(days=3))
    shop.gateway_works()
    assert shop.attempt(order).due_at is None
    hears(shop, attempt, "settlement")

    slips(shop)
    shop.simulator.pay(attempt.reference, late=True, notify=False)
    for _ in range(10):
        shop.passes(timedelta(hours=1))
        shop.gateway_works()

    assert shop.balance(Account.UNAPPLIED) == -order.total


def slips(shop: Shop) -> None:
    """Let the gateway say once, at the next look, that it knows nothing of what it is asked about."""
    shop.passes(timedelta(seconds=61))
    shop.simulator.misbehave({"call": "status", "kind": "body_404", "count": 1})
    shop.gateway_works()
    shop.simulator.behave()
