"""The page behind a Snap token: pick a method, see the code or number, pay by card.

Plain forms. What the real page does inside an overlay happens here on pages of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.routing import Route

from simulator.calls import Call
from simulator.cards import Card
from simulator.charges import charge
from simulator.pages import STATIC, in_rupiah, read_form, render
from simulator.refusals import Refusal
from simulator.statements import STATUS_CODES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from simulator.gateway import Gateway
    from simulator.snap import Session

METHODS = {
    "other_qris": "QRIS",
    "credit_card": "Kartu kredit / Credit card",
    "bca_va": "BCA Virtual Account",
    "bni_va": "BNI Virtual Account",
    "bri_va": "BRI Virtual Account",
    "cimb_va": "CIMB Virtual Account",
    "permata_va": "Permata Virtual Account",
}
TEST_CARD = "4811111111111114"


def snap_page_routes(gateway: Gateway) -> list[Route]:
    """Return the routes of the payment page and its script."""

    async def page(request: Request) -> Response:
        session = _usable_session(gateway, request)
        return _over(gateway) if session is None else _shown(gateway, session)

    async def picked(request: Request) -> Response:
        session = _usable_session(gateway, request)
        return _over(gateway) if session is None else _take_pick(gateway, session, await read_form(request))

    async def script(_request: Request) -> Response:
        return FileResponse(STATIC / "snap.js", media_type="text/javascript")

    return [
        Route("/snap/v4/redirection/{token}", page, methods=["GET"]),
        Route("/snap/v4/redirection/{token}", picked, methods=["POST"]),
        Route("/snap/snap.js", script),
    ]


def _usable_session(gateway: Gateway, request: Request) -> Session | None:
    """Return the session of this page, unless its time is over. Nothing is posted about that."""
    gateway.agenda.run_due()
    session = gateway.sessions.find(request.path_params["token"])
    if session is None or session.state != "open":
        return None
    is_picked = session.transaction_id is not None
    return session if is_picked or gateway.clock.now() < session.expires_at else None


def _over(gateway: Gateway) -> Response:
    return HTMLResponse(render("snap_over.html", merchant=gateway.config.merchant_name), status_code=404)


def _shown(gateway: Gateway, session: Session) -> Response:
    methods = _methods(session)
    only = next(iter(methods)) if len(methods) == 1 else None
    if session.transaction_id is None and only not in (None, "credit_card"):
        # With a single method the payer is spared the list.
        return _take_pick(gateway, session, {"method": only or ""})
    return HTMLResponse(_rendered(gateway, session, methods, problem=""))


def _take_pick(gateway: Gateway, session: Session, form: dict[str, str]) -> Response:
    methods = _methods(session)
    try:
        if session.transaction_id is None and form.get("method") in methods:
            _pick(gateway, session, form["method"], form.get("card_number", "") or TEST_CARD)
    except Refusal as refusal:
        problem = "; ".join(refusal.problems) or str(refusal)
        return HTMLResponse(_rendered(gateway, session, methods, problem=problem), status_code=400)
    return RedirectResponse(f"/snap/v4/redirection/{session.token}", status_code=303)


def _methods(session: Session) -> dict[str, str]:
    """Return what this page offers, in our own order."""
    enabled = session.fields.get("enabled_payments")
    if not isinstance(enabled, list) or not enabled:
        return METHODS
    wanted = set(enabled) | ({"other_qris"} if "gopay" in enabled or "shopeepay" in enabled else set())
    if "bank_transfer" in wanted:
        wanted |= {name for name in METHODS if name.endswith("_va")}
    return {name: label for name, label in METHODS.items() if name in wanted} or METHODS


def _pick(gateway: Gateway, session: Session, method: str, card_number: str) -> None:
    """Charge by the picked method. Raises Refusal when the charge is refused."""
    kept = ("transaction_details", "item_details", "customer_details", "metadata")
    custom = ("custom_field1", "custom_field2", "custom_field3")
    fields: dict[str, Any] = {name: session.fields[name] for name in (*kept, *custom) if session.fields.get(name)}
    if method == "other_qris":
        fields["payment_type"] = "qris"
    elif method == "credit_card":
        fields |= {"payment_type": "credit_card", "credit_card": {"token_id": _card_token(gateway, card_number)}}
    else:
        fields |= {"payment_type": "bank_transfer", "bank_transfer": {"bank": method.removesuffix("_va")}}
    call = Call("snap", "POST", "/v2/charge", {}, {}, session.headers, b"{}", document=fields)
    answer = charge(gateway, call)
    session.transaction_id = answer.document["transaction_id"]


def _card_token(gateway: Gateway, number: str) -> str:
    card = Card(number.replace(" ", ""))
    token_id = f"{card.masked}-{gateway.ids.uuid()}"
    gateway.cards.issue(token_id, card)
    return token_id


def _rendered(gateway: Gateway, session: Session, methods: dict[str, str], *, problem: str) -> str:
    chosen = gateway.book.find(session.transaction_id) if session.transaction_id else None
    details = chosen.details if chosen else {}
    accounts = details.get("va_numbers") or [{"bank": "permata", "va_number": details.get("permata_va_number", "")}]
    return render(
        "snap.html",
        merchant=gateway.config.merchant_name,
        order_id=session.order_id,
        amount=in_rupiah(session.fields["transaction_details"]["gross_amount"]),
        methods=methods,
        problem=problem,
        chosen=chosen,
        account=accounts[0] if chosen and chosen.payment_type == "bank_transfer" else None,
        finish=_finish(session, chosen.status) if chosen else "",
    )


def _finish(session: Session, status: str) -> str:
    """Return where the payer goes back to. For show only: it proves nothing."""
    callbacks = session.fields.get("callbacks")
    address = callbacks.get("finish") if isinstance(callbacks, dict) else None
    if not isinstance(address, str) or not address.startswith(("http://", "https://")):
        return ""
    code = STATUS_CODES.get(status, "200")
    query = urlencode({"order_id": session.order_id, "status_code": code, "transaction_status": status})
    return f"{address}{'&' if '?' in address else '?'}{query}"
