"""The page on which a person plays the payer: finds a code, picks a wallet, pays or fails.

It works without JavaScript, from a phone as well as from this machine.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import Route

from simulator import lifecycle
from simulator.clock import JAKARTA
from simulator.guard import is_same_site
from simulator.pages import STATIC, in_rupiah, read_form, render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from simulator.book import Transaction
    from simulator.gateway import Gateway

PATH = "/v2/qris/index"
WALLETS = (
    ("gopay", "GoPay"),
    ("dana", "DANA"),
    ("ovo", "OVO"),
    ("airpay shopee", "ShopeePay"),
    ("linkaja", "LinkAja"),
    ("bca", "BCA"),
    ("mandiri", "Livin' Mandiri"),
    ("bri", "BRImo"),
)
"""What a notification calls the issuer, and what people call it."""
IN_PLAIN_ADDRESS = re.compile(r"/v2/qris/([^/?#]+)/qr-code")
IN_FRAMED_ADDRESS = re.compile(r"/v4/qris/([^/?#]+)/qr-code")
LONGEST_LIST = 50


def pay_page_routes(gateway: Gateway) -> list[Route]:
    """Return the routes of the pay page."""

    async def page(request: Request) -> Response:
        gateway.agenda.run_due()
        wanted = request.query_params.get("pay", "").strip()
        chosen = read_code(gateway, wanted) if wanted else None
        note = request.query_params.get("note", "")
        problem = "" if chosen or not wanted else "unparsable"
        return HTMLResponse(_render(gateway, chosen, note=note, problem=problem))

    async def act(request: Request) -> Response:
        if not is_same_site(request):
            return JSONResponse({"error": "only this page's own buttons pay"}, status_code=403)
        form = await read_form(request)
        gateway.agenda.run_due()
        chosen = gateway.book.find(form.get("transaction_id", ""))
        if chosen is None:
            return RedirectResponse(f"{PATH}?{urlencode({'pay': form.get('code', '')})}", status_code=303)
        note = _take(gateway, chosen, form)
        query = urlencode({"pay": chosen.transaction_id, "note": note})
        return RedirectResponse(f"{PATH}?{query}", status_code=303)

    async def style(_request: Request) -> Response:
        return FileResponse(STATIC / "pay.css", media_type="text/css")

    return [
        Route(PATH, page, methods=["GET"]),
        Route(PATH, act, methods=["POST"]),
        Route("/v2/qris/pay.css", style),
    ]


def read_code(gateway: Gateway, text: str) -> Transaction | None:
    """Return what a picture's address, a QR text, an order id or a transaction id stands for."""
    if plain := IN_PLAIN_ADDRESS.search(text):
        return gateway.book.find(plain[1])
    if framed := IN_FRAMED_ADDRESS.search(text):
        return gateway.book.by_framed_qr_id(framed[1])
    return gateway.book.find(text) or gateway.book.by_qr_string(text)


def _take(gateway: Gateway, chosen: Transaction, form: dict[str, str]) -> str:
    """Pay or fail as the form says. Returns the name of what to tell the person."""
    if form.get("act") != "pay":
        return "failed" if chosen.status == "pending" else "over"
    try:
        lifecycle.settle(gateway, chosen, issuer=_issuer(form.get("issuer", "")))
    except lifecycle.WrongTurn:
        return "over"
    return "paid"


def _issuer(name: str) -> str | None:
    return name if name in dict(WALLETS) else None


def _render(gateway: Gateway, chosen: Transaction | None, *, note: str, problem: str) -> str:
    waiting = [each for each in reversed(gateway.book.transactions()) if _is_payable(each)]
    return render(
        "pay.html",
        path=PATH,
        merchant=gateway.config.merchant_name,
        chosen=_shown(chosen) if chosen else None,
        waiting=[_shown(each) for each in waiting[:LONGEST_LIST]],
        wallets=WALLETS,
        note=note,
        problem=problem,
    )


def _shown(transaction: Transaction) -> dict[str, Any]:
    until = transaction.expires_at.astimezone(JAKARTA) if transaction.expires_at else None
    return {
        "transaction_id": transaction.transaction_id,
        "order_id": transaction.order_id,
        "amount": in_rupiah(transaction.shown_amount),
        "status": transaction.status,
        "issuer": dict(WALLETS).get(transaction.issuer or "", transaction.issuer or ""),
        "acquirer": transaction.acquirer or "",
        "is_payable": _is_payable(transaction),
        "has_picture": bool(transaction.qr_string),
        "until": f"{until:%H:%M:%S}" if until else "",
    }


def _is_payable(transaction: Transaction) -> bool:
    return transaction.status == "pending"
