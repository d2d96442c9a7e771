"""Every operation of the gateway with its address. The order of the lists is the order of matching."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from simulator import (
    card_charges,
    cards,
    pay_accounts,
    qr_pictures,
    refunds,
    snap,
    subscription_calls,
    subscriptions,
    transactions,
)
from simulator.charges import charge
from simulator.endpoint import Endpoint, Operation

if TYPE_CHECKING:
    from simulator.gateway import Gateway

CORE = (
    Operation("charge", "POST", "/v2/charge", charge),
    Operation("status", "GET", "/v2/{any_id}/status", transactions.status),
    Operation("status", "GET", "/v2/{any_id}/status/b2b", transactions.status_b2b),
    Operation("cancel", "POST", "/v2/{any_id}/cancel", transactions.cancel),
    Operation("expire", "POST", "/v2/{any_id}/expire", transactions.expire),
    Operation("refund", "POST", "/v2/{any_id}/refund", refunds.refund),
    Operation("refund", "POST", "/v2/{any_id}/refund/online/direct", refunds.refund_direct),
    Operation("approve", "POST", "/v2/{any_id}/approve", card_charges.approve),
    Operation("deny", "POST", "/v2/{any_id}/deny", card_charges.deny),
    Operation("capture", "POST", "/v2/capture", card_charges.capture),
    Operation("point_inquiry", "GET", "/v2/point_inquiry/{token_id}", cards.point_inquiry),
    Operation("pay_account", "POST", "/v2/pay/account", pay_accounts.create),
    Operation("pay_account", "GET", "/v2/pay/account/{account_id}", pay_accounts.show),
    Operation("pay_account", "POST", "/v2/pay/account/{account_id}/unbind", pay_accounts.unbind),
)
OPEN = (
    Operation("qr", "GET", "/v2/qris/{any_id}/qr-code", qr_pictures.plain_qr),
    Operation("qr", "GET", "/v4/qris/{any_id}/qr-code", qr_pictures.framed_qr),
    Operation("card_token", "GET", "/v2/token", cards.card_token),
    Operation("card_register", "GET", "/v2/card/register", cards.card_register),
)
"""These need no server key: pictures are linked from pages, and cards come from browsers."""
SNAP = (
    Operation("snap", "POST", "/snap/v1/transactions", snap.create_session),
    Operation("snap", "POST", "/snap/v1/transactions/{token}/cancel", snap.cancel_session),
)
SUBSCRIPTIONS = (
    Operation("subscription", "POST", "/v1/subscriptions", subscription_calls.create, subscriptions.check),
    Operation("subscription", "GET", "/v1/subscriptions/{subscription_id}", subscription_calls.show),
    Operation("subscription", "PATCH", "/v1/subscriptions/{subscription_id}", subscription_calls.update),
    Operation("subscription", "POST", "/v1/subscriptions/{subscription_id}/disable", subscription_calls.disable),
    Operation("subscription", "POST", "/v1/subscriptions/{subscription_id}/enable", subscription_calls.enable),
    Operation("subscription", "POST", "/v1/subscriptions/{subscription_id}/cancel", subscription_calls.cancel),
)


def operation_routes(gateway: Gateway) -> list[Route]:
    """Return the routes of the gateway."""
    refuse = subscriptions.subscription_refusal
    return [
        *(_route(each, Endpoint(gateway, each)) for each in CORE),
        *(_route(each, Endpoint(gateway, each, is_open=True)) for each in OPEN),
        *(_route(each, Endpoint(gateway, each, refuse=snap.snap_refusal)) for each in SNAP),
        *(_route(each, Endpoint(gateway, each, refuse=refuse)) for each in SUBSCRIPTIONS),
    ]


def _route(operation: Operation, endpoint: Endpoint) -> Route:
    return Route(operation.path, endpoint, methods=[operation.method])
