"""The menu at hand: what is sold out, how many portions are left, and whether orders are taken at all."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request
from pydantic import StringConstraints
from starlette.responses import Response

from cashier.who import Pauser, StockKeeper, actor
from core.base.errors import N_, MejaError
from core.events.record import Actor
from core.menu.models import Category, Dish
from core.services import Core
from core.services.house_desk import LONGEST_REASON
from core.staff.models import StaffMember
from core.staff.rights import Right, may
from core.web.access import CoreDep
from core.web.forms import FormModel, OptionalDigits
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(prefix="/menu")

Find = Annotated[str, StringConstraints(max_length=60)]
_REASONS: Final = (N_("Kitchen is full"), N_("Short break"), N_("Ingredients are on their way"))
"""What is said most, offered while somebody types."""
_MINUTES: Final = (15, 30, 60)


class SaleForm(FormModel):
    """Whether a dish is off sale."""

    sold_out: Literal["yes", "no"]
    find: Find = ""


class PortionsForm(FormModel):
    """How many are left; an empty field stops counting."""

    portions: OptionalDigits = None
    find: Find = ""


class PauseForm(FormModel):
    """Why no orders are taken, and for how long; an empty field means until somebody ends it."""

    reason: Annotated[str, StringConstraints(max_length=200)] = ""
    minutes: OptionalDigits = None


@router.get("", name="stock")
def stock(request: Request, core: CoreDep, member: StockKeeper, find: Find = "") -> Response:
    """Show every dish with what is left of it."""
    return _page(request, core, member, find)


@router.post("/pause", name="pause_orders")
def pause(request: Request, core: CoreDep, member: Pauser, form: Annotated[PauseForm, Form()]) -> Response:
    """Take no new orders for a while."""
    return _done(request, core, member, partial(core.house.pause, form.reason, form.minutes), typed=form)


@router.post("/resume", name="resume_orders")
def resume(request: Request, core: CoreDep, member: Pauser) -> Response:
    """Take orders again."""
    return _done(request, core, member, core.house.resume)


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
) -> Response:
    """Do it in the member's name, or show the page with what stood in the way and what was typed."""
    try:
        act(actor(member))
    except MejaError as problem:
        return _page(request, core, member, find, problem, typed)
    return see_other("stock", query={"find": find} if find else None)


def _page(
    request: Request,
    core: Core,
    member: StaffMember,
    find: str,
    problem: MejaError | None = None,
    typed: PauseForm | None = None,
) -> Response:
    opening = core.house.opening(member.outlet_id)
    return render(
        request,
        "cashier/stock.html",
        status=problem.status if problem else 200,
        categories=_matching(core.menu.dishes(member.outlet_id), find),
        find=find,
        house=opening.house,
        may_pause=may(member, Right.PAUSE_ORDERS),
        reasons=_REASONS,
        minutes=_MINUTES,
        longest_reason=LONGEST_REASON,
        problem=problem,
        typed=typed,
        outlet=opening.outlet,
        member=member,
    )


def _matching(categories: list[tuple[Category, list[Dish]]], find: str) -> list[tuple[Category, list[Dish]]]:
    """Keep the dishes whose name holds what is looked for, in either language."""
    wanted = find.strip().casefold()
    kept = [
        (category, [dish for dish in dishes if wanted in f"{dish.name}\n{dish.name_en}".casefold()])
        for category, dishes in categories
    ]
    return [(category, dishes) for category, dishes in kept if dishes]
