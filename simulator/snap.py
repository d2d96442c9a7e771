"""Snap: Midtrans's ready-made payment page, as an API. The page itself is `snap_page`.

Source: Midtrans, Snap request body, sample responses, cancel a Snap session. Unlike the Core API
it answers with real HTTP statuses and `error_messages`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.calls import Answer
from simulator.charge_rules import UNITS, amount_problems, item_problems, order_id_problems
from simulator.clock import stamp
from simulator.lifecycle import PAID
from simulator.refusals import Refusal, invalid

if TYPE_CHECKING:
    from simulator.calls import Call
    from simulator.gateway import Gateway

PAGE_LIFE = timedelta(hours=24)
LONGEST_PAGE_LIFE = timedelta(days=7)
DENIED = "Access denied due to unauthorized transaction, please check client or server key"
USED = "transaction_details.order_id has been paid and utilized, please use another order ID"


@dataclass(slots=True)
class Session:
    """One payment page that was asked for."""

    token: str
    fields: dict[str, Any]
    headers: dict[str, str]
    """Of the request, because it may name notification addresses."""
    expires_at: datetime
    state: str = "open"
    """`open`, `canceled`, or `revoked` by a newer page for the same order."""
    transaction_id: str | None = None
    """Set once the payer has picked a method. Until then GET status knows nothing."""

    @property
    def order_id(self) -> str:
        """The merchant's id."""
        return str(self.fields["transaction_details"]["order_id"])


class Sessions:
    """All payment pages, by token."""

    def __init__(self) -> None:
        """Start without any."""
        self._by_token: dict[str, Session] = {}

    def add(self, session: Session) -> None:
        """Keep a page, and revoke the open ones of the same order."""
        for earlier in self._by_token.values():
            if earlier.order_id == session.order_id and earlier.state == "open":
                earlier.state = "revoked"
        self._by_token[session.token] = session

    def find(self, token: str) -> Session | None:
        """Return the page with this token."""
        return self._by_token.get(token)

    def clear(self) -> None:
        """Forget every page."""
        self._by_token.clear()


def create_session(gateway: Gateway, call: Call) -> Answer:
    """Open a payment page."""
    fields = call.fields
    details = fields.get("transaction_details")
    if not isinstance(details, dict):
        problem = "transaction_details is required"
        raise invalid(problem)
    problems = order_id_problems(details.get("order_id"), is_strict=False)
    problems += amount_problems(details.get("gross_amount"))
    problems += [] if problems else item_problems(fields.get("item_details"), details["gross_amount"])
    if problems:
        raise invalid(*problems)
    earlier = gateway.book.find(details["order_id"])
    if earlier is not None and earlier.status in (*PAID, "capture", "authorize"):
        raise invalid(USED)
    expires_at = gateway.clock.now() + _page_life(fields)
    session = Session(gateway.ids.uuid(), fields, call.headers, expires_at)
    gateway.sessions.add(session)
    address = f"{gateway.config.public_url.rstrip('/')}/snap/v4/redirection/{session.token}"
    return Answer(status=201, document={"token": session.token, "redirect_url": address})


def cancel_session(gateway: Gateway, call: Call) -> Answer:
    """Close a payment page that nobody has used yet."""
    session = gateway.sessions.find(call.ids["token"])
    problem = _why_not_cancelled(session)
    if session is None or problem:
        raise invalid(problem)
    session.state = "canceled"
    return Answer(document={"canceled_at": stamp(gateway.clock.now())})


def snap_refusal(refusal: Refusal, _error_id: str) -> Answer:
    """Write a refusal as Snap does."""
    messages = refusal.problems or [DENIED if refusal.code == 401 else str(refusal)]
    status = refusal.code if refusal.code in (400, 401, 500) else 400
    return Answer(status=status, document={"error_messages": messages})


def _why_not_cancelled(session: Session | None) -> str:
    if session is None:
        return "token not found"
    if session.transaction_id is not None:
        return "Transaction is on progress"
    return "token already canceled" if session.state != "open" else ""


def _page_life(fields: dict[str, Any]) -> timedelta:
    """Return how long the page may be used: page_expiry, then expiry, then a day."""
    for name in ("page_expiry", "expiry"):
        wanted = fields.get(name)
        if isinstance(wanted, dict):
            unit = str(wanted.get("unit", "minute")).lower().removesuffix("s")
            duration = wanted.get("duration")
            if unit not in UNITS or not isinstance(duration, int) or duration < 1:
                problem = f"{name} is invalid"
                raise invalid(problem)
            return min(timedelta(seconds=duration * UNITS[unit]), LONGEST_PAGE_LIFE)
    return PAGE_LIFE
