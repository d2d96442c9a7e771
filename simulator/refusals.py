"""Every way in which Midtrans says no, with the HTTP status that goes with it.

Most refusals arrive as HTTP 200 with the code in the body. Source: Midtrans, status codes,
and its deployment notes of December 2022.
"""

from __future__ import annotations

from typing import Any

from simulator.calls import Answer

MESSAGES = {
    400: "One or more parameters in the payload is invalid.",
    401: "Unknown Merchant server_key/id",
    402: "Payment channel is not activated.",
    403: "The requested resource is not capable of generating content according to the accept headers",
    404: "Transaction doesn't exist.",
    405: "Request method is not supported",
    406: "The request could not be completed due to a conflict with the current state of the target resource,"
    " please try again",
    411: "Token id is missing, invalid, or timed out",
    412: "Transaction status cannot be updated.",
    413: "The request cannot be processed due to malformed syntax in the request body",
    414: "Refund request is rejected due to invalid amount",
    429: "API rate limit exceeded",
    500: "Sorry. Our system is recovering from unexpected issues. Please retry.",
    503: "Bank/partner is experiencing connection issue",
}
REAL_HTTP_STATUSES = frozenset({400, 401, 403, 405})
"""Codes that are also the HTTP status. All others travel under HTTP 200."""


class Refusal(Exception):
    """A call that Midtrans would not carry out."""

    def __init__(self, code: int, message: str | None = None, problems: list[str] | None = None) -> None:
        """Refuse with a body code, its usual words unless others are given, and what was wrong."""
        super().__init__(message or MESSAGES[code])
        self.code = code
        self.problems = problems or []


def refusal_answer(refusal: Refusal, error_id: str) -> Answer:
    """Write a refusal as the Core API does."""
    document: dict[str, Any] = {"status_code": str(refusal.code), "status_message": str(refusal), "id": error_id}
    if refusal.problems:
        document["validation_messages"] = refusal.problems
    status = refusal.code if refusal.code in REAL_HTTP_STATUSES else 200
    return Answer(status=status, document=document)


def invalid(*problems: str) -> Refusal:
    """Return the refusal of a payload with these problems."""
    return Refusal(400, problems=list(problems))
