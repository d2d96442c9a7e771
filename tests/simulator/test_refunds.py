"""Money back."""

import pytest

from tests.simulator import shapes
from tests.simulator.merchant import Json, Merchant, Shop, signature_of

FULL = {"refund_key": "A-1-R1", "amount": 47_500, "reason": "Menu habis"}
PART = {"refund_key": "A-1-R1", "amount": 7_000, "reason": "Satu es teh batal"}


@pytest.fixture
def paid(merchant: Merchant) -> Merchant:
    merchant.charge("A-1", 47_500)
    merchant.pay("A-1", issuer="dana")
    return merchant


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("refund", "Success, refund request is approved"),
        ("refund/online/direct", "Success, refund request is approved by the bank"),
    ],
)
def test_a_full_refund_is_answered_by_its_amount_and_a_number(paid: Merchant, call: str, message: str) -> None:
    answer = paid.post("A-1", call, FULL)

    shapes.assert_made_of(answer, shapes.REFUND_ANSWER)
    assert (answer["status_code"], answer["transaction_status"]) == ("200", "refund")
    assert (answer["refund_amount"], answer["refund_key"]) == ("47500.00", "A-1-R1")
    assert answer["status_message"] == message
    assert paid.book()["total_refunded"] == 47_500


def test_a_refund_is_posted_twice_and_the_second_post_is_the_banks_word(paid: Merchant, shop: Shop) -> None:
    paid.post("A-1", "refund", FULL)
    first = shop.wait_for_statuses("pending", "settlement", "refund")[2]
    paid.advance(20)

    second = shop.wait_for_statuses("pending", "settlement", "refund", "refund")[3]
    shapes.assert_made_of(first.body, (shapes.STATEMENT - shapes.ECHOED) | shapes.GOPAY_PAID | shapes.REFUNDED)
    assert set(first.body["refunds"][0]) == shapes.REFUND_LINE
    assert set(second.body["refunds"][0]) == shapes.REFUND_LINE | {"bank_confirmed_at"}
    assert first.body["signature_key"] == second.body["signature_key"] == signature_of(first.body)
    assert paid.book()["total_confirmed"] == 47_500


def test_parts_add_up_to_a_full_refund(paid: Merchant) -> None:
    first = paid.post("A-1", "refund", PART)
    rest = paid.post("A-1", "refund", {"refund_key": "A-1-R2"})

    assert (first["transaction_status"], first["refund_amount"]) == ("partial_refund", "7000.00")
    assert (rest["transaction_status"], rest["refund_amount"]) == ("refund", "40500.00")
    statement = paid.status()
    assert statement["refund_amount"] == "47500.00"
    assert [each["refund_key"] for each in statement["refunds"]] == ["A-1-R1", "A-1-R2"]
    assert paid.post("A-1", "refund", {"refund_key": "A-1-R3"})["status_code"] == "412"


def test_the_same_key_refunds_once(paid: Merchant) -> None:
    paid.post("A-1", "refund", PART)

    again = paid.post("A-1", "refund", PART)

    assert (again["status_code"], again["status_message"]) == ("406", "Duplicate refund ID")
    assert paid.book()["total_refunded"] == 7_000


def test_every_refund_without_a_key_is_a_new_one(paid: Merchant) -> None:
    paid.post("A-1", "refund", {"amount": 7_000})
    paid.post("A-1", "refund", {"amount": 7_000})

    assert paid.book()["total_refunded"] == 14_000


@pytest.mark.parametrize("amount", [0, -1, 47_501, "7000", True])
def test_an_amount_that_is_not_left_is_a_414(paid: Merchant, amount: object) -> None:
    answer = paid.post("A-1", "refund", {"refund_key": "R", "amount": amount})

    shapes.assert_made_of(answer, shapes.ERROR)
    assert answer["status_code"] == "414"
    assert paid.book()["total_refunded"] == 0


def test_a_key_with_strange_symbols_is_refused(paid: Merchant) -> None:
    assert paid.post("A-1", "refund", {"refund_key": "R/1"})["status_code"] == "400"


def test_only_paid_money_can_be_given_back(merchant: Merchant) -> None:
    merchant.charge()

    assert merchant.post("A-1", "refund", FULL)["status_code"] == "412"
    assert merchant.post("nobody", "refund", FULL)["status_code"] == "404"


def test_a_refund_beyond_the_merchants_balance_is_a_414(paid: Merchant) -> None:
    paid.settings(refund_balance=10_000)

    assert paid.post("A-1", "refund", PART)["status_code"] == "200"
    assert paid.post("A-1", "refund", {"refund_key": "R2", "amount": 7_000})["status_code"] == "414"


@pytest.mark.parametrize(("issuer", "days"), [("dana", 7), ("gopay", 45)])
def test_refunds_have_a_window_that_depends_on_who_paid(merchant: Merchant, issuer: str, days: int) -> None:
    for order_id in ("A-1", "A-2"):
        merchant.charge(order_id)
        merchant.pay(order_id, issuer=issuer)

    merchant.advance(days * 86_400 - 60)
    inside = merchant.post("A-1", "refund", FULL)
    merchant.advance(120)
    outside = merchant.post("A-2", "refund", FULL)

    assert inside["status_code"] == "200"
    _assert_denied(outside)


@pytest.mark.parametrize(("acquirer", "issuer"), [("airpay shopee", "airpay shopee"), ("gopay", "ovo")])
def test_shopeepay_and_ovo_give_back_all_or_nothing(merchant: Merchant, acquirer: str, issuer: str) -> None:
    merchant.freeze("2026-05-01T12:00:00+07:00")
    merchant.charge("A-1", 47_500, qris={"acquirer": acquirer})
    merchant.pay("A-1", issuer=issuer)

    _assert_denied(merchant.post("A-1", "refund", PART))
    assert merchant.post("A-1", "refund", FULL)["status_code"] == "200"


def test_shopeepay_refunds_nothing_at_night(merchant: Merchant) -> None:
    merchant.freeze("2026-05-01T23:54:00+07:00")
    for order_id in ("A-1", "A-2"):
        merchant.charge(order_id, 47_500, qris={"acquirer": "airpay shopee"})
        merchant.pay(order_id)

    before = merchant.post("A-1", "refund", FULL)
    merchant.advance(120)
    night = merchant.post("A-2", "refund", FULL)
    merchant.settings(shopeepay_night_pause=False)
    allowed = merchant.post("A-2", "refund", FULL)

    assert (before["status_code"], allowed["status_code"]) == ("200", "200")
    _assert_denied(night)


def test_a_denied_refund_is_a_202_that_moves_nothing(paid: Merchant, shop: Shop) -> None:
    paid.plan({"call": "refund", "kind": "refund_denied", "count": 1})

    _assert_denied(paid.post("A-1", "refund", FULL))

    assert paid.book()["total_refunded"] == 0
    shop.wait_for_statuses("pending", "settlement")
    assert paid.post("A-1", "refund", FULL)["status_code"] == "200"


def test_the_bank_may_never_confirm_or_late_or_when_told(paid: Merchant, shop: Shop) -> None:
    paid.plan(
        {"call": "refund", "kind": "no_confirm", "count": 1},
        {"call": "refund", "kind": "late_confirm", "seconds": 100, "count": 2},
    )
    paid.post("A-1", "refund", PART)
    paid.post("A-1", "refund", {**PART, "refund_key": "R2"})
    paid.advance(99)
    early = paid.book()["total_confirmed"]
    paid.advance(2)
    late = paid.book()["total_confirmed"]

    told = paid.control("POST", "/transactions/A-1/confirm-refund")
    nothing = paid.call("POST", "/simulator/transactions/A-1/confirm-refund", {})

    assert (early, late, told["confirmed"]) == (0, 7_000, 14_000)
    assert nothing.status_code == 409
    shop.wait_for_statuses("pending", "settlement", *["partial_refund"] * 4)


def test_a_refund_that_its_bank_has_not_confirmed_may_go_from_the_list(paid: Merchant) -> None:
    paid.plan({"call": "refund", "kind": "no_confirm"})
    paid.post("A-1", "refund", PART)
    paid.post("A-1", "refund", {**PART, "refund_key": "R2"})

    one = paid.control("POST", "/transactions/A-1/lose-refund", {"refund_key": "R2"})
    none = paid.control("POST", "/transactions/A-1/lose-refund")
    nothing = paid.call("POST", "/simulator/transactions/A-1/lose-refund", {})

    assert (one["status"], one["refunded"]) == ("partial_refund", 7_000)
    assert (none["status"], none["refunded"]) == ("settlement", 0)
    assert nothing.status_code == 409


def test_somebody_refunds_in_the_dashboard(paid: Merchant, shop: Shop) -> None:
    given = paid.control("POST", "/transactions/A-1/refund", {"amount": 7_000})

    refused = paid.call("POST", "/simulator/transactions/A-1/refund", {"amount": 50_000})

    assert (given["status"], given["refunded"]) == ("partial_refund", 7_000)
    assert refused.status_code == 400
    shop.wait_for_statuses("pending", "settlement", "partial_refund")


def test_nobody_refunds_unpaid_money_in_the_dashboard(merchant: Merchant) -> None:
    merchant.charge()

    assert merchant.call("POST", "/simulator/transactions/A-1/refund", {}).status_code == 409


def _assert_denied(answer: Json) -> None:
    shapes.assert_made_of(answer, shapes.REFUND_ANSWER)
    assert (answer["status_code"], answer["transaction_status"]) == ("202", "settlement")
    assert answer["refund_amount"] == "0.00"
