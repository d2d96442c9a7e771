"""The list of money that needs a person."""

from datetime import timedelta

from cashier.money_words import CAUSES
from core.payments.models import CaseKind
from tests.cashier.conftest import Counter


def test_late_money_is_on_the_board_and_in_the_list_with_amount_wallet_reference_and_cause(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam")
    attempt = cashier.shop.attempt(order)
    for _ in range(3):
        cashier.shop.passes(timedelta(minutes=40))
        cashier.shop.gateway_works()
    assert cashier.shop.status(order)[0] == "expired"
    cashier.shop.wallet.pays(order, attempt=attempt, late=True)
    assert cashier.shop.cases()

    assert "Uang yang perlu ditangani (1)" in cashier.sees()
    page = cashier.sees("/cashier/money")

    assert f"Rp{order.total:,}".replace(",", ".") in page
    assert attempt.reference in page
    assert order.label in page
    assert CAUSES[CaseKind.LATE][0] in cashier.sees("/cashier/money?lang=en")


def test_every_kind_of_case_says_why_it_is_there_and_what_to_do(cashier: Counter) -> None:
    assert set(CAUSES) == set(CaseKind)
    assert all(cause and what_to_do for cause, what_to_do in CAUSES.values())


def test_without_trouble_the_page_says_so(cashier: Counter) -> None:
    assert "Tidak ada uang yang perlu ditangani" in cashier.sees("/cashier/money")
    assert "Uang yang perlu ditangani" not in cashier.sees()
