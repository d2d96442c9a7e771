"""Every operation of the gateway with its address. The order of the list is the order of matching."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from simulator import card_charges, cards, qr_pictures, refunds, transactions
from simulator.charges import charge
from simulator.endpoint import Endpoint

if TYPE_CHECKING:
    from simulator.endpoint import Handler
    from simulator.gateway import Gateway

OPERATIONS: tuple[tuple[str, str, str, Handler], ...] = (
    ("charge", "POST", "/v2/charge", charge),
    ("status", "GET", "/v2/{any_id}/status", transactions.status),
    ("status", "GET", "/v2/{any_id}/status/b2b", transactions.status_b2b),
    ("cancel", "POST", "/v2/{any_id}/cancel", transactions.cancel),
    ("expire", "POST", "/v2/{any_id}/expire", transactions.expire),
    ("refund", "POST", "/v2/{any_id}/refund", refunds.refund),
    ("refund", "POST", "/v2/{any_id}/refund/online/direct", refunds.refund_direct),
    ("approve", "POST", "/v2/{any_id}/approve", card_charges.approve),
    ("deny", "POST", "/v2/{any_id}/deny", card_charges.deny),
    ("capture", "POST", "/v2/capture", card_charges.capture),
    ("point_inquiry", "GET", "/v2/point_inquiry/{token_id}", cards.point_inquiry),
)
OPEN_OPERATIONS: tuple[tuple[str, str, str, Handler], ...] = (
    ("qr", "GET", "/v2/qris/{any_id}/qr-code", qr_pictures.plain_qr),
    ("qr", "GET", "/v4/qris/{any_id}/qr-code", qr_pictures.framed_qr),
    ("card_token", "GET", "/v2/token", cards.card_token),
    ("card_register", "GET", "/v2/card/register", cards.card_register),
)
"""These need no server key: pictures are linked from pages, and cards come from browsers."""


def operation_routes(gateway: Gateway) -> list[Route]:
    """Return the routes of the gateway."""
    return [
        *(_route(gateway, *operation, is_open=False) for operation in OPERATIONS),
        *(_route(gateway, *operation, is_open=True) for operation in OPEN_OPERATIONS),
    ]


def _route(gateway: Gateway, name: str, method: str, path: str, handler: Handler, *, is_open: bool) -> Route:
    return Route(path, Endpoint(gateway, name, handler, is_open=is_open), methods=[method])
