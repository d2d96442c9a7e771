"""What dishes look like: a manager hangs up pictures and takes them down."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from cashier.who import MenuEditor, actor
from core.base.errors import MejaError
from core.services import Core
from core.staff.models import StaffMember
from core.web.access import CoreDep
from core.web.addresses import addresses_of
from core.web.pages import render
from core.web.redirects import see_other
from core.web.uploads import picture_in

router = APIRouter(prefix="/cashier/pictures")


async def _uploaded(request: Request, _: MenuEditor) -> bytes:
    return await picture_in(request, "picture")


@router.get("", name="pictures")
def pictures(request: Request, core: CoreDep, member: MenuEditor) -> Response:
    """Show every dish with its picture."""
    return _page(request, core, member)


@router.post("/{dish_id}", name="hang_up_picture")
def hang_up_picture(
    dish_id: int, upload: Annotated[bytes, Depends(_uploaded)], request: Request, core: CoreDep, member: MenuEditor
) -> Response:
    """Show a dish with the uploaded picture."""
    try:
        core.pictures.hang_up(member.outlet_id, dish_id, upload, actor(member))
    except MejaError as problem:
        return _page(request, core, member, problem, dish_id)
    return see_other("pictures")


@router.post("/{dish_id}/take-down", name="take_down_picture")
def take_down_picture(dish_id: int, core: CoreDep, member: MenuEditor) -> Response:
    """Show a dish without a picture."""
    core.pictures.take_down(member.outlet_id, dish_id, actor(member))
    return see_other("pictures")


def _page(
    request: Request, core: Core, member: StaffMember, problem: MejaError | None = None, dish_id: int = 0
) -> Response:
    return render(
        request,
        "cashier/pictures.html",
        status=problem.status if problem else 200,
        categories=core.menu.dishes(member.outlet_id),
        picture_of=addresses_of(request).picture,
        problem=problem,
        problem_at=dish_id,
        outlet=core.door.workplace(member),
        member=member,
    )
