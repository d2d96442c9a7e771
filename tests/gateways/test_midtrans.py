"""The adapter: every answer Midtrans can give becomes one of our own words, or "we do not know"."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
import qrcode
import responses
from PIL import Image

from core.base.clock import GATEWAY_ZONE
from core.gateways.bounded_session import BoundedSession
from core.gateways.midtrans import Midtrans
from core.gateways.simulator_book import BookLine, read_simulator_book
from core.payments.gateway import (
    AlreadyAtGateway,
    AlreadyRefunded,
    CannotClose,
    ChargeRequest,
    GatewayRefused,
    GatewayState,
    GatewayUnavailable,
    RefundRequest,
    RefundUnclear,
    UnknownToGateway,
)

URL = "http://gateway.test"
REFERENCE = "K01J0000000000000000000000Q"
CHARGE = f"{URL}/v2/charge"
STATUS = f"{URL}/v2/{REFERENCE}/status"


@pytest.fixture
def http() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as http:
        yield http


@pytest.fixture
def gateway() -> Midtrans:
    return Midtrans(core_url=URL, server_key="SB-key", client_key="c", acquirer="gopay", session=BoundedSession())


def request() -> ChargeRequest:
    return ChargeRequest(REFERENCE, 47_500, (("Sate | Ayam", 47_500, 1),), 900)


def charged(**changed: Any) -> dict[str, Any]:
    return {
        "status_code": "201",
        "order_id": REFERENCE,
        "gross_amount": "47500.00",
        "transaction_id": "t-1",
        "qr_string": "000201",
        "expiry_time": "2026-05-01 12:45:05",
    } | changed


def status(**changed: Any) -> dict[str, Any]:
    return {
        "status_code": "200",
        "order_id": REFERENCE,
        "gross_amount": "47500.00",
        "currency": "IDR",
        "transaction_id": "t-1",
        "transaction_status": "settlement",
        "fraud_status": "accept",
        "issuer": "dana",
        "settlement_time": "2026-05-01 12:31:40",
    } | changed


def test_a_charge_is_sent_as_whole_rupiah_with_its_own_deadline(
    http: responses.RequestsMock, gateway: Midtrans
) -> None:
    sent = http.post(CHARGE, json=charged())

    charge = gateway.charge(request())

    assert charge.expires_at == datetime(2026, 5, 1, 12, 45, 5, tzinfo=GATEWAY_ZONE)
    body = sent.calls[0].request.body
    assert b'"gross_amount": 47500' in body if isinstance(body, bytes) else '"gross_amount": 47500' in str(body)
    assert '"custom_expiry": {"expiry_duration": 900, "unit": "second"}' in str(body)
    assert '"Sate / Ayam"' in str(body)


@pytest.mark.parametrize(
    ("code", "http_status", "expected"),
    [
        ("202", 200, GatewayRefused),
        ("400", 400, GatewayRefused),
        ("401", 401, GatewayRefused),
        ("402", 200, GatewayRefused),
        ("410", 200, GatewayRefused),
        ("413", 200, GatewayRefused),
        ("406", 200, AlreadyAtGateway),
        ("429", 200, GatewayUnavailable),
        ("429", 429, GatewayUnavailable),
        ("500", 200, GatewayUnavailable),
        ("503", 503, GatewayUnavailable),
        ("504", 200, GatewayUnavailable),
        ("200", 200, GatewayUnavailable),
        ("abc", 200, GatewayUnavailable),
    ],
)
def test_each_code_of_a_charge_means_one_thing(
    http: responses.RequestsMock, gateway: Midtrans, code: str, http_status: int, expected: type[Exception]
) -> None:
    http.post(CHARGE, json={"status_code": code, "status_message": "x"}, status=http_status)
    with pytest.raises(expected):
        gateway.charge(request())


@pytest.mark.parametrize(
    "changed",
    [
        {"order_id": "another"},
        {"gross_amount": "47501.00"},
        {"gross_amount": 47500},
        {"gross_amount": "47500.50"},
        {"transaction_id": ""},
        {"expiry_time": "soon"},
        {"expiry_time": None},
    ],
)
def test_a_charge_answer_that_does_not_fit_is_not_used(
    http: responses.RequestsMock, gateway: Midtrans, changed: dict[str, Any]
) -> None:
    http.post(CHARGE, json=charged(**changed))
    with pytest.raises(GatewayUnavailable):
        gateway.charge(request())


@pytest.mark.parametrize("body", ["", "<html>", "[]", "7", '{"order_id"', '{"no": "code"}', '{"status_code": null}'])
@pytest.mark.parametrize("http_status", [200, 403, 502])
def test_what_is_no_answer_is_silence(
    http: responses.RequestsMock, gateway: Midtrans, body: str, http_status: int
) -> None:
    http.post(CHARGE, body=body, status=http_status)
    with pytest.raises(GatewayUnavailable):
        gateway.charge(request())


def test_a_redirect_is_not_followed_with_our_key(http: responses.RequestsMock, gateway: Midtrans) -> None:
    http.get(STATUS, status=302, headers={"Location": "http://elsewhere.test/"})
    elsewhere = http.get("http://elsewhere.test/", json=status())

    with pytest.raises(GatewayUnavailable):
        gateway.fetch_report(REFERENCE)

    assert elsewhere.call_count == 0


def test_an_answer_too_long_to_be_honest_is_not_read(http: responses.RequestsMock, gateway: Midtrans) -> None:
    http.get(STATUS, body=b"x" * 200_000)
    with pytest.raises(GatewayUnavailable, match="TooMuch"):
        gateway.fetch_report(REFERENCE)


def test_a_report_has_everything_in_our_words(http: responses.RequestsMock, gateway: Midtrans) -> None:
    refund = {
        "refund_key": "R1",
        "refund_amount": "7000.00",
        "reason": "habis",
        "bank_confirmed_at": "2026-05-01 13:11:20",
    }
    http.get(STATUS, json=status(transaction_status="partial_refund", refunds=[refund]))

    report = gateway.fetch_report(REFERENCE)

    assert (report.state, report.amount, report.issuer) == (GatewayState.PARTIALLY_REFUNDED, 47_500, "dana")
    assert report.paid_at == datetime(2026, 5, 1, 12, 31, 40, tzinfo=GATEWAY_ZONE)
    assert [(one.key, one.amount, one.reason) for one in report.refunds] == [("R1", 7_000, "habis")]
    assert report.refunds[0].confirmed_at == datetime(2026, 5, 1, 13, 11, 20, tzinfo=GATEWAY_ZONE)


def test_a_refund_without_a_list_is_read_all_the_same(http: responses.RequestsMock, gateway: Midtrans) -> None:
    http.get(STATUS, json=status(transaction_status="refund", refund_amount="47500.00", refund_key="R1"))
    assert [(one.key, one.amount) for one in gateway.fetch_report(REFERENCE).refunds] == [("R1", 47_500)]


@pytest.mark.parametrize("amount", [7_000, 7_000.0, "7000", "7000.00"])
@pytest.mark.parametrize("how", ["listed", "flat"])
def test_what_went_back_is_read_as_a_number_too(
    http: responses.RequestsMock, gateway: Midtrans, amount: float | str, how: str
) -> None:
    refund = {"refund_key": "R1", "refund_amount": amount}
    http.get(
        STATUS,
        json=status(transaction_status="partial_refund", **({"refunds": [refund]} if how == "listed" else refund)),
    )
    assert [(one.key, one.amount) for one in gateway.fetch_report(REFERENCE).refunds] == [("R1", 7_000)]


@pytest.mark.parametrize("amount", [True, None, -7_000, 7_000.5, 10**12, float("nan"), float("inf"), [7_000]])
def test_what_is_no_amount_is_not_read_as_one(http: responses.RequestsMock, gateway: Midtrans, amount: object) -> None:
    refund = {"refund_key": "R1", "refund_amount": amount}
    http.get(STATUS, json=status(transaction_status="partial_refund", refunds=[refund]))
    with pytest.raises(GatewayUnavailable):
        gateway.fetch_report(REFERENCE)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("PENDING", GatewayState.PENDING),
        ("expire", GatewayState.EXPIRED),
        ("deny", GatewayState.DENIED),
        ("chargeback", GatewayState.CHARGED_BACK),
    ],
)
def test_states_are_read_whatever_their_case(
    http: responses.RequestsMock, gateway: Midtrans, word: str, state: GatewayState
) -> None:
    http.get(STATUS, json=status(status_code="407", transaction_status=word, expiry_time="2026-05-01 12:45:05"))
    assert gateway.fetch_report(REFERENCE).state is state


@pytest.mark.parametrize(
    "changed",
    [
        {"order_id": "another"},
        {"transaction_status": "sleeping"},
        {"transaction_status": None},
        {"status_code": "400"},
        {"refunds": ["x"]},
        {"refunds": [{"refund_amount": "many"}]},
    ],
)
def test_a_status_that_does_not_fit_is_not_believed(
    http: responses.RequestsMock, gateway: Midtrans, changed: dict[str, Any]
) -> None:
    http.get(STATUS, json=status(**changed))
    with pytest.raises(GatewayUnavailable):
        gateway.fetch_report(REFERENCE)


@pytest.mark.parametrize(
    "changed",
    [
        {"settlement_time": "yesterday"},
        {"settlement_time": "2026-05-01 12:31:40.123"},
        {"expiry_time": None},
        {"refunds": [{"refund_key": "R1", "refund_amount": "1000.00", "bank_confirmed_at": "soon"}]},
    ],
)
def test_a_time_nobody_can_read_does_not_hide_a_payment(
    http: responses.RequestsMock, gateway: Midtrans, changed: dict[str, Any]
) -> None:
    http.get(STATUS, json=status(**changed))
    assert gateway.fetch_report(REFERENCE).state is GatewayState.SETTLED


def test_refunds_that_are_listed_without_any_name_are_told_apart(
    http: responses.RequestsMock, gateway: Midtrans
) -> None:
    twice = [{"refund_amount": "5000.00"}, {"refund_amount": "5000.00"}]
    http.get(STATUS, json=status(transaction_status="partial_refund", refunds=twice))

    first, second = gateway.fetch_report(REFERENCE).refunds

    assert first.key != second.key
    assert (first.amount, second.amount) == (5_000, 5_000)


def test_a_refund_without_a_name_keeps_the_one_it_was_given_wherever_it_stands(
    http: responses.RequestsMock, gateway: Midtrans
) -> None:
    nameless, named = {"refund_amount": "5000.00"}, {"refund_amount": "3000.00", "refund_key": "K"}
    for listed in ([nameless], [named, nameless], [nameless, named]):
        http.get(STATUS, json=status(transaction_status="partial_refund", refunds=listed))

    reports = [gateway.fetch_report(REFERENCE) for _ in range(3)]

    assert len({one.key for report in reports for one in report.refunds if one.amount == 5_000}) == 1


def test_sums_of_refunds_without_a_key_are_steps_of_their_own(http: responses.RequestsMock, gateway: Midtrans) -> None:
    http.get(STATUS, json=status(transaction_status="partial_refund", refund_amount="10000.00"))
    http.get(STATUS, json=status(transaction_status="partial_refund", refund_amount="25000.00"))

    first, second = gateway.fetch_report(REFERENCE).refunds[0], gateway.fetch_report(REFERENCE).refunds[0]

    assert first.is_sum
    assert second.is_sum
    assert first.key != second.key


def test_not_found_under_http_200_is_not_found(http: responses.RequestsMock, gateway: Midtrans) -> None:
    http.get(STATUS, json={"status_code": "404", "status_message": "Transaction doesn't exist."})
    with pytest.raises(UnknownToGateway):
        gateway.fetch_report(REFERENCE)


@pytest.mark.parametrize("act", ["cancel", "expire"])
@pytest.mark.parametrize(
    ("code", "expected"),
    [("412", CannotClose), ("404", UnknownToGateway), ("500", GatewayUnavailable), ("201", GatewayUnavailable)],
)
def test_closing_says_what_became_of_it(
    http: responses.RequestsMock, gateway: Midtrans, act: str, code: str, expected: type[Exception]
) -> None:
    http.post(f"{URL}/v2/{REFERENCE}/{act}", json={"status_code": code})
    with pytest.raises(expected):
        getattr(gateway, act)(REFERENCE)


def test_expired_is_success_when_we_asked_for_it(http: responses.RequestsMock, gateway: Midtrans) -> None:
    http.post(f"{URL}/v2/{REFERENCE}/expire", json={"status_code": "407"})
    gateway.expire(REFERENCE)


REFUND = f"{URL}/v2/{REFERENCE}/refund"


def test_a_refund_is_sent_with_its_key_as_whole_rupiah(http: responses.RequestsMock, gateway: Midtrans) -> None:
    wish = {"refund_key": "R1", "amount": 7_000, "reason": "Sate gosong"}
    http.post(REFUND, json={"status_code": "200"}, match=[responses.matchers.json_params_matcher(wish)])

    gateway.refund(RefundRequest(REFERENCE, "R1", 7_000, "Sate gosong"))


@pytest.mark.parametrize(
    ("code", "raised", "reason"),
    [
        ("202", GatewayRefused, "denied"),
        ("400", GatewayRefused, "refused"),
        ("401", GatewayRefused, "wrong_key"),
        ("402", GatewayRefused, "channel_off"),
        ("404", UnknownToGateway, None),
        ("406", AlreadyRefunded, None),
        ("412", RefundUnclear, None),
        ("413", GatewayRefused, "refused"),
        ("414", GatewayRefused, "amount"),
        ("201", GatewayUnavailable, "code_201"),
        ("429", GatewayUnavailable, "code_429"),
        ("500", GatewayUnavailable, "code_500"),
    ],
)
def test_each_code_of_a_refund_means_one_thing(
    http: responses.RequestsMock, gateway: Midtrans, code: str, raised: type[Exception], reason: str | None
) -> None:
    # Refused by the payer's bank is an HTTP 200 with a 202 in it: nothing went back.
    http.post(REFUND, json={"status_code": code, "status_message": "x", "refund_amount": "0.00"})

    with pytest.raises(raised) as error:
        gateway.refund(RefundRequest(REFERENCE, "R1", 7_000, "x"))

    assert getattr(error.value, "reason", None) == reason


def png(text: str) -> bytes:
    out = BytesIO()
    qrcode.make(text).save(out)
    return out.getvalue()


def test_a_qr_is_read_from_its_picture(http: responses.RequestsMock, gateway: Midtrans) -> None:
    http.get(f"{URL}/v2/qris/t-1/qr-code", body=png("00020101021226"))
    assert gateway.fetch_qr("t-1") == "00020101021226"


def blank(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("1", (width, height), 1).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "body", [b"", b"GIF89a", blank(50, 50), blank(9_000, 9_000)], ids=["none", "gif", "blank", "vast"]
)
def test_a_picture_that_is_no_qr_is_silence(http: responses.RequestsMock, gateway: Midtrans, body: bytes) -> None:
    http.get(f"{URL}/v2/qris/t-1/qr-code", body=body)
    with pytest.raises(GatewayUnavailable):
        gateway.fetch_qr("t-1")


def test_a_picture_that_is_not_there_is_silence(http: responses.RequestsMock, gateway: Midtrans) -> None:
    http.get(f"{URL}/v2/qris/t-1/qr-code", status=404)
    with pytest.raises(GatewayUnavailable, match="http_404"):
        gateway.fetch_qr("t-1")


def test_a_picture_that_never_comes_is_silence(gateway: Midtrans) -> None:
    with responses.RequestsMock(), pytest.raises(GatewayUnavailable):
        gateway.fetch_qr("t-1")


def test_the_simulators_book_is_read_by_reference(http: responses.RequestsMock) -> None:
    row = {"order_id": REFERENCE, "settled": 5, "refunded": 2, "charged_back": 1}
    http.get(f"{URL}/simulator/book", json={"transactions": [row]})
    assert read_simulator_book(URL) == {REFERENCE: BookLine(5, 2, 1)}


@pytest.mark.parametrize("how", [{"status": 404}, {"body": "no json"}, {"json": {"other": []}}])
def test_where_no_simulator_answers_there_is_no_book(http: responses.RequestsMock, how: dict[str, Any]) -> None:
    http.get(f"{URL}/simulator/book", **how)
    assert read_simulator_book(URL) is None


def test_nothing_at_all_is_no_book() -> None:
    assert read_simulator_book("http://127.0.0.1:9") is None
