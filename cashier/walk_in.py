"""Orders of guests at the counter: the cashier picks from the same menu, at the same prices, and lets them pay."""

from dataclasses import replace
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Form, Path, Request
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from cashier.rounds import remember_round, round_begun
from cashier.who import OrderTaker, actor
from core.base.errors import BadText, MejaError
from core.base.ids import new_uid
from core.menu.errors import ForeignOption, MissingOption, RepeatedOption, TooManyOptions
from core.menu.queries import CategoryView
from core.orders.status import PaymentMethod
from core.outlets.serving import Serving
from core.services import Core
from core.services.baskets import BasketView
from core.services.counter_desk import guest_of_round
from core.services.menu_desk import DishView
from core.staff.models import StaffMember
from core.web.access import CoreDep
from core.web.forms import Digits, FormModel, Key
from core.web.pages import render
from core.web.pick_form import PickForm, read_pick
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier")

FIRST_WAIT_SECONDS = 1.2
"""How long a placed order may wait for its QR before it is shown without one."""
Round = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{22}$")]
Find = Annotated[str, StringConstraints(max_length=60)]
_WRONG_ANSWERS: Final = (MissingOption, TooManyOptions, ForeignOption, RepeatedOption, BadText)
"""What is mended on the page of a dish's questions; everything else is said beside the basket."""


class LineForm(FormModel):
    """How many of a line are wanted; 0 takes it out."""

    quantity: Digits


class ServingForm(FormModel):
    """Where the food goes."""

    serving: Serving


class PlaceForm(FormModel):
    """How the guest pays, and whose name is called."""

    key: Key
    method: PaymentMethod
    expected_total: Digits
    """What the screen said; an order at another total is not placed."""
    customer_name: Annotated[str, StringConstraints(max_length=80)] = ""


@router.get("/new", name="new_walk_in")
def new_walk_in(request: Request, core: CoreDep, member: OrderTaker, fresh: Literal["yes"] | None = None) -> Response:
    """Go on with what this member was typing on this screen, or begin an order with an empty basket."""
    begun = round_begun(request, member)
    if begun is not None and fresh is None and _basket(core, member, begun).lines:
        return see_other("walk_in", round_uid=begun)
    return see_other("walk_in", round_uid=new_uid())


@router.get("/new/{round_uid}", name="walk_in")
def walk_in(round_uid: Round, request: Request, core: CoreDep, member: OrderTaker, find: Find = "") -> Response:
    """Show the menu and the basket beside it."""
    response = _page(request, core, member, round_uid, find=find)
    remember_round(request, response, member, round_uid)
    return response


@router.get("/new/{round_uid}/dishes/{dish_id}", name="walk_in_dish")
def dish(round_uid: Round, dish_id: int, request: Request, core: CoreDep, member: OrderTaker) -> Response:
    """Ask what must be asked about a dish."""
    counter = core.counter.counter(member.outlet_id)
    return _dish_page(request, core, member, round_uid, core.menu.dish(counter.token, dish_id))


@router.post("/new/{round_uid}/lines", name="add_to_walk_in")
def add(
    round_uid: Round,
    member: OrderTaker,
    pick: Annotated[PickForm, Depends(read_pick)],
    request: Request,
    core: CoreDep,
) -> Response:
    """Put a dish into the basket."""
    counter = core.counter.counter(member.outlet_id)
    try:
        core.baskets.add(counter.token, guest_of_round(round_uid), pick.pick(), key=pick.key)
    except _WRONG_ANSWERS as problem:
        view = core.menu.dish(counter.token, pick.dish_id)
        return _dish_page(request, core, member, round_uid, view, problem)
    except MejaError as problem:
        return _page(request, core, member, round_uid, problem)
    return see_other("walk_in", round_uid=round_uid)


@router.post("/new/{round_uid}/lines/{line_id}", name="change_walk_in")
def change(
    round_uid: Round, line_id: int, core: CoreDep, member: OrderTaker, form: Annotated[LineForm, Form()]
) -> Response:
    """Set how many of a line are wanted."""
    counter = core.counter.counter(member.outlet_id)
    if visit := core.baskets.visit(counter.token, guest_of_round(round_uid)):
        core.baskets.change(visit.id, line_id, form.quantity)
    return see_other("walk_in", round_uid=round_uid)


@router.post("/new/{round_uid}/serving", name="serve_walk_in")
def serve(round_uid: Round, core: CoreDep, member: OrderTaker, form: Annotated[ServingForm, Form()]) -> Response:
    """Say whether it is eaten here or taken away."""
    core.counter.serve(core.counter.counter(member.outlet_id), round_uid, form.serving)
    return see_other("walk_in", round_uid=round_uid)


@router.post("/new/{round_uid}/place", name="place_walk_in")
async def place(
    round_uid: Round, request: Request, core: CoreDep, member: OrderTaker, form: Annotated[PlaceForm, Form()]
) -> Response:
    """Place the order in the cashier's name; then cash is taken, or the QR shown, on the board's desk."""
    try:
        order = await run_in_threadpool(_place, core, member, round_uid, form)
    except MejaError as problem:
        return await run_in_threadpool(_page, request, core, member, round_uid, problem)
    await core.orders.wait_until_settled_on_a_stage(order, FIRST_WAIT_SECONDS)
    return see_other("cashier", query={"order": order})


def _place(core: Core, member: StaffMember, round_uid: str, form: PlaceForm) -> str:
    counter = core.counter.counter(member.outlet_id)
    order = core.checkout.place_order(
        counter.token,
        guest_of_round(round_uid),
        key=form.key,
        pay_by=form.method,
        expected_total=form.expected_total,
        customer_name=form.customer_name,
        by=actor(member),
    )
    return order.uid


def _page(
    request: Request,
    core: Core,
    member: StaffMember,
    round_uid: str,
    problem: MejaError | None = None,
    find: str = "",
) -> Response:
    counter = core.counter.counter(member.outlet_id)
    menu = core.menu.menu(counter.token)
    return render(
        request,
        "cashier/walk_in.html",
        status=problem.status if problem else 200,
        round_uid=round_uid,
        categories=_matching(menu.categories, find),
        find=find,
        house=menu.moment.house,
        basket=_basket(core, member, round_uid),
        key=new_uid(),
        problem=problem,
        outlet=menu.outlet,
        member=member,
    )


def _basket(core: Core, member: StaffMember, round_uid: str) -> BasketView:
    visit = core.baskets.visit(core.counter.counter(member.outlet_id).token, guest_of_round(round_uid))
    return core.baskets.basket(visit.id if visit else None)


def _matching(categories: list[CategoryView], find: str) -> list[CategoryView]:
    """Keep the dishes whose name holds what is looked for, in either language."""
    wanted = find.strip().casefold()
    kept = [
        replace(one, dishes=tuple(dish for dish in one.dishes if wanted in f"{dish.name}\n{dish.name_en}".casefold()))
        for one in categories
    ]
    return [one for one in kept if one.dishes]


def _dish_page(
    request: Request,
    core: Core,
    member: StaffMember,
    round_uid: str,
    view: DishView,
    problem: MejaError | None = None,
) -> Response:
    return render(
        request,
        "cashier/walk_in_dish.html",
        status=problem.status if problem else 200,
        round_uid=round_uid,
        dish=view.dish,
        can_be_had=view.can_be_had,
        key=new_uid(),
        problem=problem,
        outlet=view.outlet,
        member=member,
    )
