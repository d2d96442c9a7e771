"""What Midtrans's answers and posts are made of: which fields, and of which type.

Text unless something else is said. From Midtrans's pages on QRIS charge, GET status, refund and
HTTP notification.
"""

from typing import Any

IDENTITY = {"transaction_id", "order_id", "merchant_id", "gross_amount", "currency", "payment_type"}
MOMENT = {"transaction_time", "transaction_status", "fraud_status"}
MESSAGE = {"status_code", "status_message"}
ECHOED = {"custom_field1", "custom_field2", "metadata"}
PAID = {"transaction_type", "issuer", "settlement_time"}
GOPAY_PAID = PAID | {"merchant_cross_reference_id"}
SHOPEE_PAID = PAID | {"shopeepay_reference_number", "reference_id"}
REFUNDED = {"refund_amount", "refunds"}

OUTCOME = MESSAGE | IDENTITY | MOMENT | {"acquirer"}
CHARGE = OUTCOME | {"actions", "qr_string", "expiry_time"}
SHOPEE_CHARGE = OUTCOME | {"actions", "expiry_time"}
DENIED_CHARGE = MESSAGE | IDENTITY | MOMENT | {"channel_response_code", "channel_response_message"}
STATEMENT = OUTCOME | ECHOED | {"expiry_time", "signature_key"}
REFUND_ANSWER = (
    MESSAGE
    | {"transaction_id", "order_id", "payment_type", "transaction_time", "transaction_status", "gross_amount"}
    | {"refund_chargeback_id", "refund_amount", "refund_key"}
)
REFUND_LINE = {
    *("refund_chargeback_id", "refund_chargeback_uuid", "refund_amount", "created_at"),
    *("reason", "refund_key", "refund_method"),
}
ERROR = {"status_code", "status_message", "id"}

NOT_TEXT = {
    "actions": list,
    "metadata": dict,
    "refunds": list,
    "refund_chargeback_id": int,
    "validation_messages": list,
}


def assert_made_of(document: dict[str, Any], fields: set[str]) -> None:
    """Fail unless the document has these fields, no other, and each of its type."""
    assert set(document) == fields
    for name, value in document.items():
        assert isinstance(value, NOT_TEXT.get(name, str)), f"{name} is {value!r}"
