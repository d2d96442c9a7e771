"""Midtrans's own Python client against the simulator, with nothing changed but its addresses."""

import midtransclient
import pytest
from midtransclient.config import ApiConfig

from tests.simulator.merchant import Json, Merchant

CARD = {"card_number": "4811111111111114", "card_exp_month": "12", "card_exp_year": "2099", "card_cvv": "123"}
SUBSCRIPTION = {
    "name": "LANGGANAN",
    "amount": "14000",
    "currency": "IDR",
    "payment_type": "credit_card",
    "schedule": {"interval": 1, "interval_unit": "month"},
}


@pytest.fixture
def addresses(merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ApiConfig, "CORE_SANDBOX_BASE_URL", merchant.url)
    monkeypatch.setattr(ApiConfig, "SNAP_SANDBOX_BASE_URL", f"{merchant.url}/snap/v1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def core(addresses: None) -> midtransclient.CoreApi:
    return midtransclient.CoreApi(
        server_key="SB-Mid-server-meja", client_key="SB-Mid-client-meja", custom_headers={}, proxies={}
    )


@pytest.fixture
def snap(addresses: None) -> midtransclient.Snap:
    return midtransclient.Snap(
        server_key="SB-Mid-server-meja", client_key="SB-Mid-client-meja", custom_headers={}, proxies={}
    )


def charge(core: midtransclient.CoreApi, payment_type: str = "qris", **fields: object) -> Json:
    details = {"order_id": "A-1", "gross_amount": 47_500}
    answer: Json = core.charge({"payment_type": payment_type, "transaction_details": details, **fields})
    return answer


def card_token(core: midtransclient.CoreApi) -> str:
    return str(core.card_token({**CARD, "client_key": core.api_config.client_key})["token_id"])


def test_a_qris_charge_is_paid_stated_and_refunded_twice(core: midtransclient.CoreApi, merchant: Merchant) -> None:
    charged = charge(core)
    merchant.pay()

    stated = core.transactions.status("A-1")
    part = core.transactions.refund("A-1", {"refund_key": "R1", "amount": 7_000})
    rest = core.transactions.refundDirect("A-1", {"refund_key": "R2", "amount": 40_500})

    assert charged["status_code"] == "201"
    assert stated["transaction_status"] == "settlement"
    assert (part["transaction_status"], rest["transaction_status"]) == ("partial_refund", "refund")
    assert core.transactions.statusb2b("A-1")["transactions"][0]["order_id"] == "A-1"


def test_an_expired_charge_is_a_success_to_the_client(core: midtransclient.CoreApi) -> None:
    charge(core)

    assert core.transactions.expire("A-1")["status_code"] == "407"
    assert core.transactions.status("A-1")["status_code"] == "407"


def test_a_charge_is_cancelled_once(core: midtransclient.CoreApi) -> None:
    charge(core)

    assert core.transactions.cancel("A-1")["transaction_status"] == "cancel"
    with pytest.raises(midtransclient.MidtransAPIError) as refused:
        core.transactions.cancel("A-1")
    assert (refused.value.http_status_code, refused.value.api_response_dict["status_code"]) == (200, "412")


def test_a_notification_is_looked_up(core: midtransclient.CoreApi, merchant: Merchant) -> None:
    charge(core)
    body = merchant.sent()[0]["body"]

    assert core.transactions.notification(body)["order_id"] == "A-1"


def test_errors_come_as_the_client_expects_them(core: midtransclient.CoreApi) -> None:
    with pytest.raises(midtransclient.MidtransAPIError) as unknown:
        core.transactions.status("nobody")
    with pytest.raises(midtransclient.MidtransAPIError) as wrong:
        core.charge({"payment_type": "qris"})
    core.api_config.set(server_key="SB-Mid-server-WRONG")
    with pytest.raises(midtransclient.MidtransAPIError) as denied:
        core.transactions.status("nobody")

    assert (unknown.value.http_status_code, unknown.value.api_response_dict["status_code"]) == (200, "404")
    assert (wrong.value.http_status_code, denied.value.http_status_code) == (400, 401)


def test_a_card_is_charged_captured_and_asked_for_points(core: midtransclient.CoreApi) -> None:
    points = core.card_point_inquiry(card_token(core))
    charged = charge(core, "credit_card", credit_card={"token_id": card_token(core), "type": "authorize"})

    captured = core.capture({"transaction_id": charged["transaction_id"], "gross_amount": 47_500})

    assert points["point_balance_amount"]
    assert captured["transaction_status"] == "capture"


@pytest.mark.parametrize("what", ["approve", "deny"])
def test_a_questioned_card_is_approved_or_denied(core: midtransclient.CoreApi, what: str) -> None:
    card = {**CARD, "card_number": "4511111111111117", "client_key": core.api_config.client_key}
    charge(core, "credit_card", credit_card={"token_id": core.card_token(card)["token_id"]})

    assert getattr(core.transactions, what)("A-1")["status_code"] == "200"


def test_a_virtual_account_is_opened(core: midtransclient.CoreApi) -> None:
    answer = charge(core, "bank_transfer", bank_transfer={"bank": "bca"})

    assert answer["va_numbers"][0]["bank"] == "bca"


def test_a_subscription_lives_its_life(core: midtransclient.CoreApi) -> None:
    saved = core.card_register({**CARD, "client_key": core.api_config.client_key})["saved_token_id"]
    made = core.create_subscription({**SUBSCRIPTION, "token": saved})

    assert core.get_subscription(made["id"])["status"] == "active"
    assert core.update_subscription(made["id"], {"amount": "15000"})["status_message"]
    assert core.disable_subscription(made["id"])["status_message"]
    assert core.get_subscription(made["id"])["status"] == "inactive"
    assert core.enable_subscription(made["id"])["status_message"]


def test_a_wallet_account_is_linked(core: midtransclient.CoreApi, merchant: Merchant) -> None:
    partner = {"phone_number": "81234567891", "country_code": "62", "redirect_url": "https://shop.example.com"}
    linked = core.link_payment_account({"payment_type": "gopay", "gopay_partner": partner})
    merchant.call("POST", f"/v2/pay/account/{linked['account_id']}/link", auth=None)

    assert core.get_payment_account(linked["account_id"])["account_status"] == "ENABLED"
    assert core.unlink_payment_account(linked["account_id"])["account_status"] == "DISABLED"


def test_a_snap_page_is_opened(snap: midtransclient.Snap) -> None:
    body = {"transaction_details": {"order_id": "A-1", "gross_amount": 47_500}}

    assert set(snap.create_transaction(body)) == {"token", "redirect_url"}
    assert len(snap.create_transaction_token(body)) == 36
    assert "/snap/v4/redirection/" in snap.create_transaction_redirect_url(body)
    with pytest.raises(midtransclient.MidtransAPIError) as wrong:
        snap.create_transaction({})
    assert wrong.value.http_status_code == 400
