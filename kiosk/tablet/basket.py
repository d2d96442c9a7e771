"""The basket of the guest before the tablet, and placing it as an order."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from core.base.errors import MejaError
from core.base.ids import new_uid
from core.orders.status import PaymentMethod
from core.services import Core
from core.web.access import CoreDep
from core.web.forms import Digits, FormModel, Key, OptionalDigits
from core.web.pages import render
from core.web.pick_form import PickForm, read_pick
from core.web.redirects import see_other
from kiosk.basket import FIRST_WAIT_SECONDS, QuantityForm
from kiosk.tablet.who import Round, RoundDep

router = APIRouter()


class TabletCheckoutForm(FormModel):
    """How to pay and, for who eats here, the number of the table stand."""

    key: Key
    method: PaymentMethod
    expected_total: Digits
    """What the guest saw; an order at another total is not placed."""
    stand: OptionalDigits = None


@router.get("/kiosk/basket", name="kiosk_basket")
def basket(request: Request, core: CoreDep, here: RoundDep) -> Response:
    """Show the basket with its price, and how to pay; the menu shows it as a sheet."""
    return _page(request, core, here)


@router.get("/kiosk/basket-bar", name="kiosk_basket_bar")
def basket_bar(request: Request, core: CoreDep, here: RoundDep) -> Response:
    """Show how much is in the basket: the bar at the foot of the menu."""
    view = core.baskets.basket(here.visit.id)
    return render(request, "kiosk/tablet/_basket_bar.html", outlet=here.outlet, basket=view)


@router.post("/kiosk/basket", name="kiosk_add")
def add(pick: Annotated[PickForm, Depends(read_pick)], core: CoreDep, here: RoundDep) -> Response:
    """Put a dish into the basket."""
    core.baskets.add(here.token, here.guest, pick.pick(), key=pick.key)
    return see_other("kiosk_basket")


@router.post("/kiosk/basket/{line_id}", name="kiosk_change")
def change(line_id: int, form: Annotated[QuantityForm, Form()], core: CoreDep, here: RoundDep) -> Response:
    """Set how many of a line are wanted."""
    core.baskets.change(here.visit.id, line_id, form.quantity)
    return see_other("kiosk_basket")


@router.post("/kiosk/orders", name="kiosk_place_order")
async def place_order(
    form: Annotated[TabletCheckoutForm, Form()], request: Request, core: CoreDep, here: RoundDep
) -> Response:
    """Place the order, give its QR a moment, then show how to pay it."""
    try:
        order = await run_in_threadpool(_place, core, here, form)
    except MejaError as problem:
        return await run_in_threadpool(_page, request, core, here, problem)
    await core.orders.wait_until_settled_on_a_stage(order, FIRST_WAIT_SECONDS)
    return see_other("kiosk_order")


def _place(core: Core, here: Round, form: TabletCheckoutForm) -> str:
    order = core.checkout.place_order(
        here.token,
        here.guest,
        key=form.key,
        pay_by=form.method,
        expected_total=form.expected_total,
        stand=form.stand,
    )
    return order.uid


def _page(request: Request, core: Core, here: Round, problem: MejaError | None = None) -> Response:
    return render(
        request,
        "kiosk/tablet/basket.html",
        status=problem.status if problem else 200,
        outlet=here.outlet,
        house=core.menu.place(here.token).moment.house,
        basket=core.baskets.basket(here.visit.id),
        key=new_uid(),
        problem=problem,
    )
