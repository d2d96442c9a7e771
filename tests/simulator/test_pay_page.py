"""The page on which a person pays."""

import re

import pytest

from tests.simulator.merchant import Merchant, Shop

PAGE = "/v2/qris/index"


def page(merchant: Merchant, code: str = "") -> str:
    return merchant.call("GET", PAGE, params={"pay": code} if code else {}, auth=None).text


def press(merchant: Merchant, code: str, **form: str) -> str:
    """Press a button of the page, and return the page it leads to."""
    transaction_id = re.search(r'name="transaction_id" value="([^"]+)"', page(merchant, code))
    assert transaction_id is not None
    response = merchant.call(
        "POST", PAGE, data={"transaction_id": transaction_id[1], **form}, auth=None, allow_redirects=True
    )
    return response.text


def test_the_page_says_in_both_languages_that_no_money_moves(merchant: Merchant) -> None:
    text = page(merchant)

    assert "bukan uang sungguhan" in text
    assert "No real money" in text


def test_open_payments_are_listed_newest_first(merchant: Merchant) -> None:
    for order_id in ("A-1", "A-2", "A-3"):
        merchant.charge(order_id)
    merchant.pay("A-2")

    assert re.findall(r'class="order">([^<]+)<', page(merchant)) == ["A-3", "A-1"]


@pytest.mark.parametrize("kind", ["order_id", "transaction_id", "qr_string", "plain", "framed"])
def test_a_code_is_found_by_whatever_a_person_has(merchant: Merchant, kind: str) -> None:
    answer = merchant.charge("A-1", 47_500)
    plain, framed = (action["url"] for action in answer["actions"])
    code = {**answer, "plain": plain, "framed": framed}[kind]

    text = page(merchant, f" {code} ")

    assert "Bayar Rp47.500" in text


def test_a_code_that_is_none_is_unparsable(merchant: Merchant) -> None:
    assert "QR inputted unparsable" in page(merchant, "https://example.com/menu")


def test_paying_settles_with_the_chosen_wallet(merchant: Merchant, shop: Shop) -> None:
    merchant.charge()

    text = press(merchant, "A-1", act="pay", issuer="dana")

    assert "Berhasil dibayar" in text
    assert shop.wait_for_statuses("pending", "settlement")[1].body["issuer"] == "dana"


def test_an_unknown_wallet_pays_as_the_acquirers_own(merchant: Merchant) -> None:
    merchant.charge()

    press(merchant, "A-1", act="pay", issuer="<script>")

    assert merchant.status()["issuer"] == "gopay"


def test_failing_leaves_the_code_open(merchant: Merchant) -> None:
    merchant.charge()

    text = press(merchant, "A-1", act="fail")

    assert "kode masih berlaku" in text
    assert merchant.status()["transaction_status"] == "pending"


@pytest.mark.parametrize("act", ["pay", "fail"])
def test_a_code_that_is_over_meanwhile_cannot_be_paid(merchant: Merchant, act: str) -> None:
    answer = merchant.charge()
    merchant.post("A-1", "cancel")
    form = {"transaction_id": answer["transaction_id"], "act": act}

    text = merchant.call("POST", PAGE, data=form, auth=None, allow_redirects=True).text

    assert "tidak bisa dibayar lagi" in text
    assert 'value="pay"' not in text


def test_a_form_for_nobody_leads_back_to_the_page(merchant: Merchant) -> None:
    response = merchant.call("POST", PAGE, data={"transaction_id": "nobody", "act": "pay"}, auth=None)

    assert response.status_code == 303


def test_another_sites_button_pays_nothing(merchant: Merchant) -> None:
    answer = merchant.charge()
    form = {"transaction_id": answer["transaction_id"], "act": "pay"}

    response = merchant.call("POST", PAGE, data=form, headers={"origin": "https://evil.example.com"})

    assert response.status_code == 403
    assert merchant.status()["transaction_status"] == "pending"


def test_names_are_shown_and_never_run(merchant: Merchant) -> None:
    body = {"transaction_details": {"order_id": "<b>x</b>", "gross_amount": 1}, "enabled_payments": ["gopay"]}
    address = merchant.call("POST", "/snap/v1/transactions", body).json()["redirect_url"]
    merchant.call("GET", address.removeprefix(merchant.url), auth=None)

    text = page(merchant)

    assert "&lt;b&gt;x&lt;/b&gt;" in text
    assert "<b>x</b>" not in text


def test_the_page_needs_no_script_and_no_inline_style(merchant: Merchant) -> None:
    merchant.charge()

    text = page(merchant, "A-1")
    style = merchant.call("GET", "/v2/qris/pay.css", auth=None)

    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", text)
    assert style.headers["content-type"].startswith("text/css")
