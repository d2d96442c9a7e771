"""Wrong words on purpose: what answers and notifications say under a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.qris import with_tag, with_wrong_checksum
from simulator.statements import sign_again, signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.faults import Fault

Statement = dict[str, Any]


def distorted(statement: Statement, faults: Iterable[Fault], key: str) -> Statement:
    """Return the statement as the faults make it. `key` is what honest signatures use."""
    for fault in faults:
        change = _WORDS.get(fault.kind)
        if change is not None:
            statement = change(dict(statement), fault, key)
    return statement


def distorted_qr(text: str, faults: Iterable[Fault]) -> str:
    """Return the QR text as the faults make it."""
    for fault in faults:
        if fault.kind == "corrupt_qr_crc":
            text = with_wrong_checksum(text)
        elif fault.kind == "corrupt_qr_amount":
            text = with_tag(text, "54", f"{fault.value or 999}.00")
        elif fault.kind == "corrupt_qr_merchant":
            text = with_tag(text, "59", str(fault.value or "TOKO ORANG LAIN"))
    return text


def _wrong_amount(statement: Statement, fault: Fault, key: str) -> Statement:
    if "gross_amount" in statement:
        honest = int(float(statement["gross_amount"]))
        statement["gross_amount"] = f"{fault.value if fault.value is not None else honest + 1000}.00"
    return sign_again(statement, key)


def _wrong_order(statement: Statement, fault: Fault, key: str) -> Statement:
    if "order_id" in statement:
        statement["order_id"] = str(fault.value or "PESANAN-ORANG-LAIN")
    return sign_again(statement, key)


def _wrong_merchant(statement: Statement, fault: Fault, _key: str) -> Statement:
    if "merchant_id" in statement:
        statement["merchant_id"] = str(fault.value or "G999999999")
    return statement


def _bad_signature(statement: Statement, _fault: Fault, key: str) -> Statement:
    """Carry the genuine signature of another code, as a careless replay would."""
    other = "201" if statement.get("status_code") != "201" else "200"
    statement["signature_key"] = signature(
        str(statement.get("order_id")), other, str(statement.get("gross_amount")), key
    )
    return statement


def _forged_status(statement: Statement, fault: Fault, _key: str) -> Statement:
    """Change the status under a signature that still verifies: it does not cover the status."""
    usual = "refund" if statement.get("transaction_status") == "settlement" else "settlement"
    statement["transaction_status"] = str(fault.value or usual)
    return statement


def _upper_case_status(statement: Statement, _fault: Fault, _key: str) -> Statement:
    if "transaction_status" in statement:
        statement["transaction_status"] = statement["transaction_status"].upper()
    return statement


def _unknown_fields(statement: Statement, _fault: Fault, _key: str) -> Statement:
    return {**statement, "pop_id": "8e1a7c40", "next_generation": {"level": 3, "tags": ["a", None]}, "empty": None}


def _no_status_code(statement: Statement, _fault: Fault, _key: str) -> Statement:
    statement.pop("status_code", None)
    return statement


def _no_qr_string(statement: Statement, _fault: Fault, _key: str) -> Statement:
    statement.pop("qr_string", None)
    return statement


def _no_v2_action(statement: Statement, _fault: Fault, _key: str) -> Statement:
    if "actions" in statement:
        statement["actions"] = [each for each in statement["actions"] if each["name"] != "generate-qr-code-v2"]
    return statement


def _actions_reordered(statement: Statement, _fault: Fault, _key: str) -> Statement:
    if "actions" in statement:
        statement["actions"] = statement["actions"][::-1]
    return statement


_WORDS: dict[str, Callable[[Statement, Fault, str], Statement]] = {
    "wrong_amount": _wrong_amount,
    "wrong_order": _wrong_order,
    "wrong_merchant": _wrong_merchant,
    "bad_signature": _bad_signature,
    "forged_status": _forged_status,
    "upper_case_status": _upper_case_status,
    "unknown_fields": _unknown_fields,
    "no_status_code": _no_status_code,
    "no_qr_string": _no_qr_string,
    "no_v2_action": _no_v2_action,
    "actions_reordered": _actions_reordered,
}
