"""Money that a bank or the gateway takes back: the ledger follows, the order is not killed, a person is told."""

import pytest

from core.ledger.models import Account
from tests.shop import CASHIER, Shop


def bank_takes_back(shop: Shop, order: object, amount: int | None = None) -> None:
    attempt = shop.attempt(order)  # type: ignore[arg-type] # an order, whichever
    how = {} if amount is None else {"amount": amount}
    shop.simulator.call("POST", f"/simulator/transactions/{attempt.reference}/chargeback", how)
    shop.hears_of(attempt)


def gateway_reverses(shop: Shop, order: object) -> None:
    attempt = shop.attempt(order)  # type: ignore[arg-type] # as above
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


def _hears_and_checks(shop: Shop, order: object, said: str) -> None:
    shop.hears_of(shop.attempt(order), said=said)  # type: ignore[arg-type] # as above
    shop.check_books()
