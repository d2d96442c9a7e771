"""The basket of one phone at one table, and placing it as an order."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from core.base.errors import MejaError
from core.base.ids import new_uid
from core.orders.models import Order, OrderLine
from core.orders.status import PaymentMethod
from core.services import Core
from core.web.access import CoreDep, GuestDep, guest_of
from core.web.forms import Digits, FormModel, Key
from core.web.pages import render
from core.web.pick_form import PickForm, read_pick
from core.web.redirects import see_other
from kiosk.order_view import STATUS_WORDS

FIRST_WAIT_SECONDS = 1.2
"""How long a placed order may wait for its QR before the page is shown without one."""

router = APIRouter()


class QuantityForm(FormModel):
    """How many of a line are wanted; 0 takes it out."""

    quantity: Digits


class CheckoutForm(FormModel):
    """The one decision at the end: how to pay. Prices are not the browser's to say."""

    key: Key
    method: PaymentMethod
    expected_total: Digits
    """What the diner saw; an order at another total is not placed."""
    customer_name: Annotated[str, StringConstraints(max_length=80)] = ""


@router.get("/t/{token}/basket", name="basket")
def basket(token: str, request: Request, core: CoreDep, left_out: str = "") -> Response:
    """Show the basket with its price, and how to pay. `left_out` are dishes of the last order that are not there now."""
    return basket_page(request, core, token, left_out=left_out)


@router.get("/t/{token}/basket-bar", name="basket_bar")
def basket_bar(token: str, request: Request, guest: GuestDep, core: CoreDep) -> Response:
    """Show how much is in the basket: the bar at the foot of the menu.

    The menu's own bytes are everybody's, so this is where a new phone becomes a guest: if it were the first "+",
    and its answer lost, nobody would know whose basket that was.
    """
    place = core.menu.place(token)
    found = core.baskets.visit(token, guest)
    view = core.baskets.basket(found.id if found else None)
    total = view.quote.total if view.quote else 0
    last = None if view.count else core.advice.last_order(found)
    return render(
        request,
        "kiosk/_basket_bar.html",
        outlet=place.outlet,
        table=place.table,
        count=view.count,
        total=total,
        waiting=core.orders.waiting_for_money(found),
        elsewhere=core.parties.elsewhere(token, guest),
        last=last,
    )


@router.post("/t/{token}/basket", name="add_to_basket")
def add_to_basket(
    token: str, pick: Annotated[PickForm, Depends(read_pick)], request: Request, guest: GuestDep, core: CoreDep
) -> Response:
    """Put a dish into the basket."""
    core.baskets.add(token, guest, pick.pick(), key=pick.key)
    return see_other("basket", token=token)


@router.post("/t/{token}/again", name="same_again")
def same_again(token: str, guest: GuestDep, core: CoreDep) -> Response:
    """Put the last order of this phone into the basket once more."""
    left_out = core.advice.same_again(token, guest)
    query = {"left_out": ".".join(str(dish_id) for dish_id in left_out)} if left_out else None
    return see_other("basket", token=token, query=query)


@router.post("/t/{token}/basket/{line_id}", name="change_basket")
def change_basket(
    token: str, line_id: int, form: Annotated[QuantityForm, Form()], guest: GuestDep, core: CoreDep
) -> Response:
    """Set how many of a line are wanted."""
    if visit := core.baskets.visit(token, guest):
        core.baskets.change(visit.id, line_id, form.quantity)
    return see_other("basket", token=token)


@router.post("/t/{token}/orders", name="place_order")
async def place_order(
    token: str, form: Annotated[CheckoutForm, Form()], request: Request, guest: GuestDep, core: CoreDep
) -> Response:
    """Place the order, give its QR a moment, then send the diner to pay for it."""
    try:
        order = await run_in_threadpool(_place, core, token, guest, form)
    except MejaError as problem:
        # The basket is the place to put it right: nothing of it was lost.
        return await run_in_threadpool(basket_page, request, core, token, problem)
    await core.orders.wait_until_settled_on_a_stage(order, FIRST_WAIT_SECONDS)
    return see_other("order", uid=order)


def _place(core: Core, token: str, guest: str, form: CheckoutForm) -> str:
    order = core.checkout.place_order(
        token,
        guest,
        key=form.key,
        pay_by=form.method,
        expected_total=form.expected_total,
        customer_name=form.customer_name,
    )
    return order.uid


def _lines_of(order: Order | None, dish_ids: list[str]) -> list[OrderLine]:
    return [] if order is None else [line for line in order.lines if str(line.dish_id) in dish_ids]


def basket_page(
    request: Request, core: Core, token: str, problem: MejaError | None = None, left_out: str = ""
) -> Response:
    """Show the basket of this phone, with what stood in the way of what it asked for. Raises UnknownTable."""
    place = core.menu.place(token)
    guest = guest_of(request)
    visit = core.baskets.visit(token, guest)
    basket = core.baskets.basket(visit.id if visit else None)
    last = None if basket.lines and not left_out else core.advice.last_order(visit)
    return render(
        request,
        "kiosk/basket.html",
        status=problem.status if problem else 200,
        outlet=place.outlet,
        table=place.table,
        house=place.moment.house,
        basket=basket,
        waiting=core.orders.waiting_for_money(visit),
        party=core.parties.party(token, guest),
        words=STATUS_WORDS,
        elsewhere=core.parties.elsewhere(token, guest),
        beside=core.advice.beside(visit),
        last=last,
        left_out=_lines_of(last, left_out.split(".")),
        key=new_uid(),
        problem=problem,
    )
