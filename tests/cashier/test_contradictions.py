"""What the desk says of money that Meja does not hold: how much, what Midtrans said, and what differs."""

import ast
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cashier import money_words
from cashier.money_words import CAUSES, cause_of, what_was_said
from core.payments.models import CaseKind, MoneyCase
from tests.cashier.conftest import MANAGERS_PIN as PIN
from tests.cashier.conftest import Counter, with_pins
from tests.cashier.test_case_steps import page_of, step
from tests.services.test_refunds_without_an_end import given_up
from tests.services.test_settlement import report_of
from tests.shop import Shop, notification

CORE = Path(money_words.__file__).resolve().parents[1] / "core"
ORDINARY = CAUSES[CaseKind.CONFLICTING]
STRANGE = "K" + "0" * 25 + "9Q"


@pytest.fixture
def house(shop: Shop) -> Shop:
    """Everything here is about money: on both databases."""
    return with_pins(shop)


def of_difference(difference: str) -> MoneyCase:
    return MoneyCase(kind=CaseKind.CONFLICTING, details={"difference": difference})


def _differences_in_the_code() -> set[str]:
    """List every difference that a contradiction can be opened with, but for those with a state in their middle."""
    found = {"refund_unconfirmed", "refund_missing", "refund_refused", "refund_unknown", "refund_held_back", "credited"}
    settlement = ast.parse((CORE / "services" / "settlement.py").read_text(encoding="utf-8"))
    for node in ast.walk(settlement):
        if isinstance(node, ast.FunctionDef) and node.name == "_difference":
            found |= {
                one.value.value
                for one in ast.walk(node)
                if isinstance(one, ast.Return)
                and isinstance(one.value, ast.Constant)
                and isinstance(one.value.value, str)
                and one.value.value
            }
    for path in CORE.rglob("*.py"):
        found |= set(re.findall(r'\bdifference="(\w+)"', path.read_text(encoding="utf-8")))
    return found


def test_whatever_can_differ_has_words_of_its_own() -> None:
    differences = _differences_in_the_code()

    assert {"merchant", "fraud", "transaction", "forgotten", "refund", "credited"} <= differences
    assert [one for one in sorted(differences) if cause_of(of_difference(one)) == ORDINARY] == []
    causes = [cause_of(of_difference(one))[0] for one in differences]
    assert len(causes) == len(set(causes))


def test_a_word_that_comes_after_another_is_told_by_what_it_takes_back() -> None:
    assert "after it had taken that back" in cause_of(of_difference("settled after it was undone"))[0]
    assert "now says that it was not" in cause_of(of_difference("expired after settled"))[0]
    assert cause_of(of_difference("something new")) == ORDINARY


def test_what_was_said_last_is_what_is_shown() -> None:
    case = MoneyCase(kind=CaseKind.CONFLICTING, details={"difference": "fraud", "said": "settled", "gateway_amount": 5})
    assert (what_was_said(case).state, what_was_said(case).amount, what_was_said(case).refund) == ("settled", 5, "")

    again = {"difference": "refund_missing", "said": "R1", "gateway_amount": 7}
    case.details = case.details | {"again": [again]}
    assert (what_was_said(case).state, what_was_said(case).amount, what_was_said(case).refund) == ("", 7, "R1")

    gone = {"difference": "credited", "said": "R2", "lost": 9}
    case.details = case.details | {"again": [again, gone]}
    assert (what_was_said(case).state, what_was_said(case).lost, what_was_said(case).refund) == ("", 9, "R2")
    assert what_was_said(case, again).refund == "R1"


def test_money_of_no_order_says_how_much_it_may_be_and_that_it_goes_back_in_the_dashboard(manager: Counter) -> None:
    manager.shop.core.inbox.receive(notification(STRANGE, 123_456, "settlement"))
    (case,) = manager.shop.cases()

    listed, page = manager.sees("/cashier/money"), page_of(manager, case)

    assert "Rp123.456" in listed
    for words in ("Rp123.456", "Jumlah dalam kabar", "settlement", STRANGE, "Kembalikan"):
        assert words in page
    assert "Kembalikan lewat dasbor Midtrans dengan referensinya." in page.split('id="give-back"')[1]
    english = manager.sees(f"/cashier/money/{case.uid}?lang=en")
    assert "Meja does not hold this payment. Give it back in the Midtrans dashboard" in english
    refused = step(manager, case, "refund", amount="1000", reason="x", pin=PIN, way="cash")
    assert refused.status_code == 409


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"is_trusted": False}, "Midtrans meragukannya"),
        ({"merchant_id": "G000000000"}, "milik merchant lain"),
        ({"transaction_id": "somebody-elses"}, "transaksi lain"),
        ({"currency": "USD"}, "mata uang selain rupiah"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_contradiction_says_what_differs_and_how_much_it_is_about(
    manager: Counter, changed: dict[str, Any], words: str
) -> None:
    shop = manager.shop
    order = shop.order("Sate Ayam")
    reference = shop.attempt(order).reference
    shop.simulator.pay(reference, notify=False)
    true = report_of(shop, reference)
    shop.core.settlement.apply(replace(true, **changed))
    (case,) = shop.cases()

    page = page_of(manager, case)

    for expected in (words, "Jumlah di Midtrans", "Rp32.340", "settled"):
        assert expected in page
    assert "bertentangan" not in page
    shop.core.settlement.apply(true)


def test_a_refund_that_came_to_nothing_names_its_key_and_its_amount(manager: Counter) -> None:
    given_up(manager.shop, 5_000)
    manager.signs_in("manager")
    (case,) = manager.shop.cases()

    page = page_of(manager, case)

    assert "Jumlah pengembalian" in page
    assert "Rp5.000" in page
    assert case.details["said"] in page
