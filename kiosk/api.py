"""The JSON API: the same menu, orders and payments, for programs."""

import asyncio
from typing import Annotated, Any, Final, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Path, Query, Request
from pydantic import BaseModel
from pydantic.json_schema import SkipJsonSchema
from starlette.responses import Response

from core.base.ids import new_uid
from core.menu.errors import PriceChanged
from core.orders.status import PaymentMethod
from core.services import Core
from core.services.once_desk import OnceDesk
from core.web.access import CoreDep
from core.web.addresses import Addresses, addresses_of
from core.web.json_reader import StrictJsonRoute
from core.web.problems import problem_document
from core.web.statements import problem_responses
from kiosk.api_errors import AmountDiffers, GatewayUnavailable
from kiosk.api_models import (
    MenuGiven,
    OrderAsked,
    OrderGiven,
    OrderPageGiven,
    QrisAsked,
    QrisGiven,
    QuoteAsked,
    QuoteGiven,
    Token,
)
from kiosk.api_views import menu_given, order_given, order_page_given, qris_given, quote_given
from kiosk.menu_json import MenuJson, menu_json_of

LONGEST_WAIT: Final = 5.4
"""Seconds. With everything round it, a wish for a QR is answered within six."""
_READING: Final = (400, 403, 408, 413, 415, 422, 503)
"""What can go wrong with any body."""
_ETAG: Final[dict[str, Any]] = {"ETag": {"description": "Version of the answer.", "schema": {"type": "string"}}}

router = APIRouter(prefix="/api/v1", route_class=StrictJsonRoute)


async def _addresses(request: Request) -> Addresses:
    return addresses_of(request)


AddressesDep = Annotated[Addresses, Depends(_addresses)]
Uid = Annotated[Token, Path(description="The order's public uid.")]
Key = Annotated[
    # A header may be missing, but it is never null.
    str | SkipJsonSchema[None],
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{8,64}$",
        description="The same key with the same body gives the same answer and no second order.",
    ),
]


@router.get(
    "/menu",
    name="api_menu",
    summary="Read the menu",
    tags=["menu"],
    response_model=MenuGiven,
    responses={
        200: {"headers": _ETAG},
        304: {"description": "Not changed since the version in If-None-Match.", "headers": _ETAG},
        **problem_responses(404, 422, 429, 503),
    },
)
def menu(
    core: CoreDep,
    addresses: AddressesDep,
    kept: Annotated[MenuJson, Depends(menu_json_of)],
    table: Annotated[Token, Query(description="Token of the table, from its sticker.")],
    lang: Annotated[Literal["id", "en"], Query(description="Language of the names.")] = "id",
    if_none_match: Annotated[str | SkipJsonSchema[None], Header(description="The ETag of the menu you have.")] = None,
) -> Response:
    """Read the menu as one table sees it."""
    etag = f'"{core.menu.version(table)}-{lang}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if if_none_match == etag:
        return Response(status_code=304, headers=headers)
    body = kept.body(
        table, lang, etag, lambda: menu_given(core.menu.menu(table), lang, addresses).model_dump_json().encode()
    )
    return Response(body, headers=headers, media_type="application/json")


@router.post(
    "/quotes",
    name="api_quote",
    summary="Ask what it would cost",
    tags=["orders"],
    responses=problem_responses(*_READING, 404, 409, 429),
)
def quote(core: CoreDep, asked: QuoteAsked) -> QuoteGiven:
    """Tell what a wish would cost now. Nothing is ordered and nothing reserved."""
    _, priced = core.checkout.quote_picks(asked.table_token, asked.picks())
    return quote_given(priced)


@router.post(
    "/orders",
    name="api_place_order",
    summary="Order",
    tags=["orders"],
    status_code=201,
    response_model=OrderGiven,
    responses=problem_responses(*_READING, 404, 409, 429),
)
def place_order(core: CoreDep, asked: OrderAsked, key: Key = None) -> Response:
    """Order, and begin to collect the money."""
    try:
        order = core.checkout.place_picks(
            asked.table_token,
            asked.picks(),
            key=key or new_uid(),
            pay_by=PaymentMethod(asked.payment_method),
            expected_total=asked.expected_total,
            customer_name=asked.customer_name,
            table_code=asked.table_code,
        )
    except PriceChanged as error:
        return problem_document(error, quote=quote_given(error.quote).model_dump(mode="json"))
    return _json(order_given(order, order.outlet), status=201)


@router.get(
    "/orders/{order_uid}",
    name="api_order",
    summary="Look at an order",
    tags=["orders"],
    response_model=OrderPageGiven,
    responses=problem_responses(404, 422, 429, 503),
)
def order(core: CoreDep, addresses: AddressesDep, order_uid: Uid) -> Response:
    """Read an order with its payment and its history."""
    return _json(order_page_given(core.orders.page(order_uid), addresses))


def _json(given: BaseModel, status: int = 200) -> Response:
    """Write an answer on the thread that made it: FastAPI would check it once more, and on another one."""
    return Response(given.model_dump_json(), status_code=status, media_type="application/json")


@router.post(
    "/payments/qris",
    name="api_qris",
    summary="Ask for the QR",
    tags=["payments"],
    responses=problem_responses(*_READING, 404, 409, 429),
)
async def qris(core: CoreDep, addresses: AddressesDep, asked: QrisAsked, key: Key = None) -> QrisGiven:
    """Give the order's QR: the one that can be paid now or, when there is none, a new one.

    Asking twice never makes two.
    """
    try:
        async with asyncio.timeout(LONGEST_WAIT):
            await run_sync(_ask_for_qr, core, asked, key, abandon_on_cancel=True)
            await core.orders.wait_until_settled_on_a_stage(asked.order_id, LONGEST_WAIT)
            page = await run_sync(core.orders.page, asked.order_id, abandon_on_cancel=True)
    except TimeoutError:
        raise GatewayUnavailable from None
    if (given := qris_given(page, addresses)) is None:
        raise GatewayUnavailable
    return given


def _ask_for_qr(core: Core, asked: QrisAsked, key: str | None) -> None:
    order = core.orders.page(asked.order_id).order
    if key is not None:
        OnceDesk(core.db, core.clock).hold(f"qris:{order.outlet_id}", key, asked.model_dump_json())
    if asked.amount is not None and asked.amount != order.total:
        raise AmountDiffers(total=order.total)
    core.payments.new_qr(asked.order_id)
