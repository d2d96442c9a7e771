"""The tablets that take orders by themselves: letting one in by the code it shows, and cutting one off."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import StringConstraints
from starlette.responses import Response

from cashier.who import DeviceKeeper, actor
from core.base.errors import MejaError
from core.services import Core
from core.staff.models import StaffMember
from core.web.access import CoreDep
from core.web.forms import FormModel
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/devices")


class ApproveForm(FormModel):
    """The code that a tablet shows, and what it will be called."""

    code: Annotated[str, StringConstraints(max_length=40)] = ""
    name: Annotated[str, StringConstraints(max_length=80)] = ""


@router.get("", name="devices")
def devices(request: Request, core: CoreDep, member: DeviceKeeper) -> Response:
    """List the tablets, with the form that lets another one in."""
    return _page(request, core, member, ApproveForm())


@router.post("/approve", name="approve_device")
def approve(request: Request, core: CoreDep, member: DeviceKeeper, form: Annotated[ApproveForm, Form()]) -> Response:
    """Make the tablet that shows a code a kiosk."""
    try:
        core.devices.approve(member, form.code, form.name)
    except MejaError as problem:
        return _page(request, core, member, form, problem)
    return see_other("devices")


@router.post("/{device_uid}/revoke", name="revoke_device")
def revoke(device_uid: str, core: CoreDep, member: DeviceKeeper) -> Response:
    """Cut a tablet off."""
    core.devices.revoke(member.outlet_id, device_uid, actor(member))
    return see_other("devices")


def _page(
    request: Request, core: Core, member: StaffMember, form: ApproveForm, problem: MejaError | None = None
) -> Response:
    return render(
        request,
        "cashier/devices.html",
        status=problem.status if problem else 200,
        devices=core.devices.devices(member.outlet_id),
        form=form,
        problem=problem,
        now=core.clock(),
        outlet=core.door.workplace(member),
        member=member,
    )
