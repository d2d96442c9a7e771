"""Midtrans, behind the port. The only file that knows `midtransclient` and Midtrans's words."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from midtransclient import CoreApi
from midtransclient.error_midtrans import JSONDecodeError, MidtransAPIError

from core.base.clock import GATEWAY_ZONE
from core.gateways.bounded_session import BoundedSession
from core.gateways.qr_picture import read_qr_picture
from core.payments.gateway import (
    AlreadyAtGateway,
    AlreadyRefunded,
    CannotClose,
    Charge,
    ChargeRequest,
    GatewayRefused,
    GatewayState,
    GatewayUnavailable,
    PaymentReport,
    RefundReport,
    RefundRequest,
    RefundUnclear,
    UnknownToGateway,
    name_of_a_line,
    name_of_a_sum,
)

_AMOUNT = re.compile(r"[0-9]{1,12}(\.00)?", re.ASCII)
_STATES: Final[Mapping[str, GatewayState]] = {
    "pending": GatewayState.PENDING,
    "authorize": GatewayState.PENDING,
    "settlement": GatewayState.SETTLED,
    "capture": GatewayState.SETTLED,
    "expire": GatewayState.EXPIRED,
    "cancel": GatewayState.CANCELLED,
    "deny": GatewayState.DENIED,
    "failure": GatewayState.FAILED,
    "refund": GatewayState.REFUNDED,
    "partial_refund": GatewayState.PARTIALLY_REFUNDED,
    "chargeback": GatewayState.CHARGED_BACK,
    "partial_chargeback": GatewayState.PARTIALLY_CHARGED_BACK,
}
# Codes that mean "we read it and will not do it". Everything else unexpected is "we do not know".
_REFUSALS: Final[Mapping[int, str]] = {
    202: "denied",
    400: "refused",
    401: "wrong_key",
    402: "channel_off",
    410: "refused",
    413: "refused",
}
_REFUND_REFUSALS: Final = {**_REFUSALS, 414: "amount"}


class Midtrans:
    """The Core API's QRIS calls. Safe for many threads at once."""

    def __init__(
        self, *, core_url: str, server_key: str, client_key: str, acquirer: str, session: BoundedSession
    ) -> None:
        # A dictionary of its own: the client's default one is shared by every instance.
        self._api = CoreApi(is_production=False, server_key=server_key, client_key=client_key, custom_headers={})
        # The class attributes are the client's way of naming another base address; set on the instance.
        self._api.api_config.CORE_SANDBOX_BASE_URL = core_url
        self._api.http_client.http_client = session
        self._session = session
        self._core_url = core_url
        self._acquirer = acquirer

    def charge(self, request: ChargeRequest) -> Charge:
        """Have a QR made for a reference that was never used before.

        Raises GatewayRefused, AlreadyAtGateway (body code 406 under HTTP 200) or GatewayUnavailable.
        Source: Midtrans, POST /v2/charge, payment_type qris.
        """
        body = _ask(lambda: self._api.charge(_charge_body(request, self._acquirer)))
        code = _code(body)
        if code == 406:
            raise AlreadyAtGateway
        if code in _REFUSALS:
            raise GatewayRefused(_REFUSALS[code])
        if code != 201 or body.get("order_id") != request.reference or _amount(body) != request.amount:
            raise GatewayUnavailable(reason="nonsense")
        transaction_id = _text(body, "transaction_id")
        qr_text = body.get("qr_string")
        if not isinstance(qr_text, str) or not qr_text:
            qr_text = self.fetch_qr(transaction_id)
        return Charge(request.reference, transaction_id, qr_text, _moment(body, "expiry_time"))

    def fetch_report(self, reference: str) -> PaymentReport:
        """Ask Midtrans what became of an attempt, by our own order id.

        Raises GatewayUnavailable when it did not answer in time or answered nonsense,
        UnknownToGateway when it has never heard of the reference (body code 404 under HTTP 200).
        Source: Midtrans, GET /v2/{order_id}/status.
        """
        body = _ask(lambda: self._api.transactions.status(quote(reference, safe="")))
        if _code(body) == 404:
            raise UnknownToGateway
        if _code(body) == 401:
            raise GatewayUnavailable(reason=_REFUSALS[401])
        if body.get("order_id") != reference or _code(body) not in {200, 201, 202, 407}:
            raise GatewayUnavailable(reason="nonsense")
        state = _STATES.get(_text(body, "transaction_status").lower())
        if state is None:
            raise GatewayUnavailable(reason="nonsense")
        return PaymentReport(
            reference=reference,
            state=state,
            amount=_amount(body),
            currency=_text(body, "currency"),
            transaction_id=_text(body, "transaction_id"),
            merchant_id=_maybe(body, "merchant_id"),
            is_trusted=body.get("fraud_status", "accept") == "accept",
            issuer=_maybe(body, "issuer"),
            acquirer=_maybe(body, "acquirer"),
            paid_at=_maybe_moment(body, "settlement_time"),
            expires_at=_maybe_moment(body, "expiry_time"),
            refunds=_refunds(body),
        )

    def fetch_qr(self, transaction_id: str) -> str:
        """Read the QR text out of the picture that Midtrans keeps of a QRIS transaction.

        Raises GatewayUnavailable. Source: Midtrans, action `generate-qr-code`.
        """
        address = f"{self._core_url}/v2/qris/{quote(transaction_id, safe='')}/qr-code"
        try:
            response = self._session.request("GET", address)
        except OSError as error:
            raise GatewayUnavailable(type(error).__name__) from error
        if response.status_code != 200:
            raise GatewayUnavailable(reason=f"http_{response.status_code}")
        return read_qr_picture(response.content)

    def cancel(self, reference: str) -> None:
        """Close a QR before anybody pays it. Raises CannotClose (412), UnknownToGateway, GatewayUnavailable.

        Source: Midtrans, POST /v2/{order_id}/cancel; success is body code 200.
        """
        _closed(_ask(lambda: self._api.transactions.cancel(quote(reference, safe=""))), {200})

    def expire(self, reference: str) -> None:
        """Close a QR whose time is over. Raises CannotClose (412), UnknownToGateway, GatewayUnavailable.

        Source: Midtrans, POST /v2/{order_id}/expire; success is body code 407.
        """
        _closed(_ask(lambda: self._api.transactions.expire(quote(reference, safe=""))), {200, 407})

    def refund(self, request: RefundRequest) -> None:
        """Have money given back to the payer of a settled QR.

        Raises GatewayRefused (body code 202: the payer's bank said no; 414: the amount, or our balance),
        AlreadyRefunded (406), RefundUnclear (412), UnknownToGateway, GatewayUnavailable.
        Source: Midtrans, POST /v2/{order_id}/refund; success is body code 200.
        """
        wish = {"refund_key": request.key, "amount": request.amount, "reason": request.reason}
        code = _code(_ask(lambda: self._api.transactions.refund(quote(request.reference, safe=""), wish)))
        if code == 404:
            raise UnknownToGateway
        if code == 406:
            raise AlreadyRefunded
        if code == 412:
            raise RefundUnclear
        if code in _REFUND_REFUSALS:
            raise GatewayRefused(_REFUND_REFUSALS[code])
        if code != 200:
            raise GatewayUnavailable(reason=f"code_{code}")


def _ask(call: Callable[[], Any]) -> dict[str, Any]:
    """Make one call and hand back its body, whichever way the client reports it.

    Only classes and codes are kept of an error: the client's texts hold the gateway's whole answer.
    """
    try:
        body = call()
    except MidtransAPIError as error:
        body = error.api_response_dict
        if isinstance(body, dict) and "status_code" not in body:
            raise GatewayUnavailable(reason=f"http_{error.http_status_code}") from None
    except OSError as error:
        raise GatewayUnavailable(type(error).__name__) from None
    except (JSONDecodeError, ValueError, AttributeError, TypeError):
        raise GatewayUnavailable(reason="unreadable") from None
    if not isinstance(body, dict):
        raise GatewayUnavailable(reason="unreadable")
    return body


def _closed(body: Mapping[str, Any], success: set[int]) -> None:
    code = _code(body)
    if code == 404:
        raise UnknownToGateway
    if code == 412:
        raise CannotClose
    if code not in success:
        raise GatewayUnavailable(reason=f"code_{code}")


def _charge_body(request: ChargeRequest, acquirer: str) -> dict[str, Any]:
    return {
        "payment_type": "qris",
        "transaction_details": {"order_id": request.reference, "gross_amount": request.amount},
        "item_details": [
            {"name": name.replace("|", "/")[:50], "price": price, "quantity": count}
            for name, price, count in request.items
        ],
        "qris": {"acquirer": acquirer},
        # Without an `order_time`: counted from ours, a clock that is slow here would make a QR that is over.
        "custom_expiry": {"expiry_duration": request.window_seconds, "unit": "second"},
    }


def _code(body: Mapping[str, Any]) -> int:
    code = body.get("status_code")
    if not isinstance(code, str | int) or not str(code).isdigit():
        raise GatewayUnavailable(reason="no_status_code")
    if int(code) in {429, *range(500, 600)}:
        raise GatewayUnavailable(reason=f"code_{code}")
    return int(code)


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise GatewayUnavailable(reason="nonsense")
    return value


def _maybe(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) and value else None


def _amount(body: Mapping[str, Any], name: str = "gross_amount") -> int:
    value = body.get(name)
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise GatewayUnavailable(reason="nonsense")
    return int(value.partition(".")[0])


def _given_back(body: Mapping[str, Any]) -> int:
    """Read how much of a refund: of these amounts alone some of Midtrans's pages say that they are numbers."""
    value = body.get("refund_amount")
    if (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer()):
        return _amount({"refund_amount": f"{value:.0f}"}, "refund_amount")
    return _amount(body, "refund_amount")


def _moment(body: Mapping[str, Any], name: str) -> datetime:
    """Read one of Midtrans's times, which carry no offset and are Jakarta's."""
    try:
        return datetime.strptime(_text(body, name), "%Y-%m-%d %H:%M:%S").replace(tzinfo=GATEWAY_ZONE)
    except ValueError as error:
        raise GatewayUnavailable(reason="nonsense") from error


def _maybe_moment(body: Mapping[str, Any], name: str) -> datetime | None:
    """Read a time that is only told further: one we cannot read may not keep a payment from being seen."""
    try:
        return _moment(body, name)
    except GatewayUnavailable:
        return None


def _refunds(body: Mapping[str, Any]) -> tuple[RefundReport, ...]:
    listed, is_sum = body.get("refunds"), False
    if not isinstance(listed, list):
        # Some answers carry a sum flat, without the list; a refund that was denied left a sum of nothing.
        is_sum = True
        listed = [body] if "refund_amount" in body and _given_back(body) > 0 else []
    found, nameless = [], Counter[int]()
    for refund in listed:
        if not isinstance(refund, dict):
            raise GatewayUnavailable(reason="nonsense")
        key = _maybe(refund, "refund_key") or str(refund.get("refund_chargeback_id") or "")
        amount, reason = _given_back(refund), _maybe(refund, "reason") or ""
        if not key:
            # Under one name for all of them only the first would count: each sum is another step, each line another refund,
            # wherever in the list it stands by now.
            nameless[amount] += 1
            key = name_of_a_sum(amount) if is_sum else name_of_a_line(amount, nameless[amount])
        found.append(RefundReport(key, amount, reason, _maybe_moment(refund, "bank_confirmed_at"), is_sum))
    return tuple(found)
