"""The menu at hand: what is sold out, how many portions are left, and whether orders are taken at all."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import StringConstraints
from starlette.responses import Response

from cashier.pausing import PauseForm, ResumeForm, pause_of
from cashier.who import Pauser, StockKeeper, actor
from core.base.errors import MejaError
from core.events.record import Actor
from core.menu.models import Category, Dish
from core.services import Core
from core.staff.models import StaffMember
from core.web.access import CoreDep
from core.web.forms import FormModel, OptionalDigits
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/menu")

Find = Annotated[str, StringConstraints(max_length=60)]


class SaleForm(FormModel):
    """Whether a dish is off sale."""

    sold_out: Literal["yes", "no"]
    find: Find = ""


class PortionsForm(FormModel):
    """How many are left; an empty field stops counting."""

    portions: OptionalDigits = None
    find: Find = ""


@router.get("", name="stock")
def stock(request: Request, core: CoreDep, member: StockKeeper, find: Find = "") -> Response:
    """Show every dish with what is left of it."""
    return _page(request, core, member, find)


@router.post("/pause", name="pause_orders")
def pause(request: Request, core: CoreDep, member: Pauser, form: Annotated[PauseForm, Form()]) -> Response:
    """Take no new orders for a while."""
    act = partial(core.house.pause, form.reason, form.minutes)
    return _done(request, core, member, act, typed=form, back=form.back)


@router.post("/resume", name="resume_orders")
def resume(request: Request, core: CoreDep, member: Pauser, form: Annotated[ResumeForm, Form()]) -> Response:
    """Take orders again."""
    return _done(request, core, member, core.house.resume, back=form.back)


@router.post("/{dish_id}/sale", name="set_sale")
def set_sale(
    dish_id: int, request: Request, core: CoreDep, member: StockKeeper, form: Annotated[SaleForm, Form()]
) -> Response:
    """Take a dish off sale, or put it back: guests see it within two seconds."""
    act = partial(core.menu.set_sold_out, dish_id, form.sold_out == "yes")
    return _done(request, core, member, act, find=form.find)


@router.post("/{dish_id}/portions", name="set_portions")
def set_portions(
    dish_id: int, request: Request, core: CoreDep, member: StockKeeper, form: Annotated[PortionsForm, Form()]
) -> Response:
    """Write down how many portions are left."""
    return _done(request, core, member, partial(core.menu.set_portions, dish_id, form.portions), find=form.find)


def _done(
    request: Request,
    core: Core,
    member: StaffMember,
    act: Callable[[Actor], None],
    *,
    find: str = "",
    typed: PauseForm | None = None,
    back: str = "stock",
) -> Response:
    """Do it in the member's name, or show the page with what stood in the way and what was typed."""
    try:
        act(actor(member))
    except MejaError as problem:
        return _page(request, core, member, find, problem, typed)
    return see_other(back, query={"find": find} if find else None)


def _page(
    request: Request,
    core: Core,
    member: StaffMember,
    find: str,
    problem: MejaError | None = None,
    typed: PauseForm | None = None,
) -> Response:
    return render(
        request,
        "cashier/stock.html",
        status=problem.status if problem else 200,
        categories=_matching(core.menu.dishes(member.outlet_id), find),
        find=find,
        problem=problem,
        outlet=core.door.workplace(member),
        member=member,
        **pause_of(core, member, typed),
    )


def _matching(categories: list[tuple[Category, list[Dish]]], find: str) -> list[tuple[Category, list[Dish]]]:
    """Keep the dishes whose name holds what is looked for, in either language."""
    wanted = find.strip().casefold()
    kept = [
        (category, [dish for dish in dishes if wanted in f"{dish.name}\n{dish.name_en}".casefold()])
        for category, dishes in categories
    ]
    return [(category, dishes) for category, dishes in kept if dishes]
