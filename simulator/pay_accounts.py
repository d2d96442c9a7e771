"""Linked wallet accounts: a GoPay account that has agreed to be charged.

Source: Midtrans, create, get and unbind pay account.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.calls import Answer
from simulator.refusals import Refusal, invalid

if TYPE_CHECKING:
    from simulator.calls import Call
    from simulator.gateway import Gateway

LINK_LIFE = timedelta(minutes=15)
FAILING_NUMBERS = {"123450001": ("105", "User is not registered"), "123450002": ("106", "User is blocked")}
"""Phone numbers of Midtrans's test page whose link fails at once."""
CODES = {"PENDING": "201", "ENABLED": "200", "EXPIRED": "204", "DISABLED": "204"}


@dataclass(slots=True)
class PayAccount:
    """One wallet account on its way to be linked, or linked."""

    account_id: str
    payment_type: str
    created_at: datetime
    status: str = "PENDING"
    redirect_url: str = ""


def create(gateway: Gateway, call: Call) -> Answer:
    """Start to link an account. The payer finishes it at the activation address."""
    payment_type = call.fields.get("payment_type")
    partner = call.fields.get("gopay_partner") or {}
    if payment_type not in ("gopay", "shopeepay", "dana"):
        problem = "payment_type is not supported"
        raise invalid(problem)
    number = str(partner.get("phone_number", "")) if isinstance(partner, dict) else ""
    if payment_type == "gopay" and not number.isdigit():
        problem = "gopay_partner.phone_number is required"
        raise invalid(problem)
    if number in FAILING_NUMBERS:
        code, message = FAILING_NUMBERS[number]
        refused = {"channel_response_code": code, "channel_response_message": message}
        return Answer(document={"status_code": "202", "payment_type": payment_type, **refused})
    made = PayAccount(gateway.ids.uuid(), str(payment_type), gateway.clock.now())
    made.redirect_url = str(partner.get("redirect_url") or "") if isinstance(partner, dict) else ""
    gateway.pay_accounts[made.account_id] = made
    return Answer(document=_described(gateway, made))


def show(gateway: Gateway, call: Call) -> Answer:
    """Say how a link stands."""
    account = found(gateway, call.ids["account_id"])
    return Answer(document=_described(gateway, account))


def unbind(gateway: Gateway, call: Call) -> Answer:
    """End a link."""
    account = found(gateway, call.ids["account_id"])
    if account.status != "ENABLED":
        raise Refusal(412)
    account.status = "DISABLED"
    _tell(gateway, account)
    return Answer(document=_described(gateway, account))


def enable(gateway: Gateway, account: PayAccount) -> None:
    """Let the payer agree. Does nothing when the link is over or made already."""
    if account.status == "PENDING":
        account.status = "ENABLED"
        _tell(gateway, account)


def found(gateway: Gateway, account_id: str) -> PayAccount:
    """Return an account, expired by now if nobody finished its link. Raises Refusal 404."""
    account = gateway.pay_accounts.get(account_id)
    if account is None:
        missing = "Account doesn't exist."
        raise Refusal(404, missing)
    if account.status == "PENDING" and gateway.clock.now() >= account.created_at + LINK_LIFE:
        account.status = "EXPIRED"
    return account


def _described(gateway: Gateway, account: PayAccount) -> dict[str, Any]:
    described: dict[str, Any] = {
        "status_code": CODES[account.status],
        "payment_type": account.payment_type,
        "account_id": account.account_id,
        "account_status": account.status,
    }
    if account.status == "PENDING":
        address = f"{gateway.config.public_url.rstrip('/')}/v2/pay/account/{account.account_id}/link"
        names = ("activation-link-url", "activation-link-app")
        described["actions"] = [{"name": name, "method": "GET", "url": address} for name in names]
    if account.status == "ENABLED":
        balance = {"value": "1000000.00", "currency": "IDR"}
        option = {
            "name": "GOPAY_WALLET",
            "active": True,
            "balance": balance,
            "metadata": {},
            "token": account.account_id,
        }
        described["metadata"] = {"payment_options": [option]}
    return described


def _tell(gateway: Gateway, account: PayAccount) -> None:
    """Post the new status, under the signature these posts have for themselves."""
    code = CODES[account.status]
    text = f"{account.account_id}{account.status}{code}{gateway.config.signing_key}"
    body = {
        "status_code": code,
        "payment_type": account.payment_type,
        "account_id": account.account_id,
        "account_status": account.status,
        "signature_key": hashlib.sha512(text.encode()).hexdigest(),
    }
    gateway.tell_account(account.account_id, body)
