"""The round past the tables: whether each sticker is ours, by a photo of it or by what it says."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import StringConstraints
from starlette.responses import Response

from cashier.errors import NoQrInPhoto
from cashier.who import Server, actor
from core.base.errors import MejaError
from core.outlets.sticker_photo import texts_in
from core.services import Core
from core.services.sticker_round import LONGEST, Checked
from core.staff.models import StaffMember
from core.web.access import CoreDep
from core.web.forms import FormModel
from core.web.pages import render
from core.web.uploads import picture_in

router = APIRouter(prefix="/cashier/tables/stickers")


class SaidForm(FormModel):
    """What a sticker says, as another reader shows it."""

    said: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]


async def _photo(request: Request, _: Server) -> bytes:
    return await picture_in(request, "photo")


@router.get("", name="stickers")
def stickers(request: Request, core: CoreDep, member: Server) -> Response:
    """List the tables with what is known of their stickers."""
    return _page(request, core, member)


@router.post("", name="check_sticker")
def check_sticker(request: Request, core: CoreDep, member: Server, form: Annotated[SaidForm, Form()]) -> Response:
    """Judge what a sticker says."""
    return _judged(request, core, member, lambda: [form.said])


@router.post("/photo", name="check_sticker_photo")
def check_sticker_photo(
    photo: Annotated[bytes, Depends(_photo)], request: Request, core: CoreDep, member: Server
) -> Response:
    """Judge every QR in a photo."""
    return _judged(request, core, member, partial(_texts_in, photo))


def _texts_in(photo: bytes) -> Sequence[str]:
    found = texts_in(photo)
    if not found:
        raise NoQrInPhoto
    return found


def _judged(request: Request, core: Core, member: StaffMember, read: Callable[[], Sequence[str]]) -> Response:
    try:
        checked = [core.stickers.check(member.outlet_id, said, actor(member)) for said in read()]
    except MejaError as problem:
        return _page(request, core, member, problem=problem)
    return _page(request, core, member, checked)


def _page(
    request: Request,
    core: Core,
    member: StaffMember,
    checked: Sequence[Checked] = (),
    problem: MejaError | None = None,
) -> Response:
    view = core.stickers.tables(member.outlet_id)
    return render(
        request,
        "cashier/stickers.html",
        status=problem.status if problem else 200,
        round=view,
        checked=checked,
        problem=problem,
        outlet=view.outlet,
        member=member,
    )
