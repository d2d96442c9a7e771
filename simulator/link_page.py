"""Where a payer agrees to have a wallet account linked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route

from simulator import pay_accounts
from simulator.pages import render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from simulator.gateway import Gateway


def link_page_routes(gateway: Gateway) -> list[Route]:
    """Return the routes of the activation page."""

    async def page(request: Request) -> Response:
        account = pay_accounts.found(gateway, request.path_params["account_id"])
        return HTMLResponse(render("link.html", merchant=gateway.config.merchant_name, account=account))

    async def agreed(request: Request) -> Response:
        account = pay_accounts.found(gateway, request.path_params["account_id"])
        pay_accounts.enable(gateway, account)
        is_address = account.redirect_url.startswith(("http://", "https://"))
        return RedirectResponse(account.redirect_url if is_address else request.url.path, status_code=303)

    path = "/v2/pay/account/{account_id}/link"
    return [Route(path, page, methods=["GET"]), Route(path, agreed, methods=["POST"])]
