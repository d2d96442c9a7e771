"""The steps that staff take with an order. Plain forms: each ends on the page it came from."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import StringConstraints
from starlette.responses import Response

from cashier.approval import Pin, approved_now
from cashier.kitchen_look import StepForm
from cashier.who import Canceller, Cook, OurOrder, Server, actor
from core.orders.status import OrderStatus
from core.staff.rights import Right
from core.web.access import CoreDep
from core.web.forms import FormModel
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/orders/{uid}")


class CheckForm(FormModel):
    """A question to the gateway; `back` is the page to return to."""

    back: Literal["cashier", "history"] = "cashier"


class CancelForm(FormModel):
    """A cancellation with its reason, and a manager's PIN where whoever cancels may not do it alone."""

    reason: Annotated[str, StringConstraints(max_length=200)] = ""
    pin: Pin = ""


Step = Annotated[StepForm, Form()]


@router.post("/start", name="start_order")
def start(core: CoreDep, member: Cook, order: OurOrder, form: Step) -> Response:
    """Begin to cook: all of it, or a station's part."""
    if form.station_id is None:
        core.kitchen.start(order.uid, actor(member))
    else:
        core.stations.start(order.uid, form.station_id, actor(member))
    return form.returns(moved=order.uid)


@router.post("/ready", name="make_order_ready")
def ready(core: CoreDep, member: Cook, order: OurOrder, form: Step) -> Response:
    """Say that it can be carried out, or that a station's part is made."""
    if form.station_id is None:
        core.kitchen.ready(order.uid, actor(member))
    else:
        core.stations.ready(order.uid, form.station_id, actor(member))
    return form.returns(moved=order.uid)


@router.post("/serve", name="serve_order")
def serve(core: CoreDep, member: Server, order: OurOrder, form: Step) -> Response:
    """Say that it stands on the table."""
    core.kitchen.serve(order.uid, actor(member))
    return form.returns(moved=order.uid)


@router.post("/undo", name="undo_step")
def undo(core: CoreDep, member: Cook, order: OurOrder, form: Step) -> Response:
    """Take the last step back, within its eight seconds."""
    if form.station_id is None:
        core.kitchen.undo(order.uid, actor(member))
    else:
        core.stations.undo(order.uid, form.station_id, actor(member))
    return form.returns()


@router.post("/cancel", name="cancel_order_by_staff")
def cancel(
    request: Request, core: CoreDep, member: Canceller, order: OurOrder, form: Annotated[CancelForm, Form()]
) -> Response:
    """End an order with a reason; one that was paid needs a manager's PIN, or a manager who has only just signed in."""
    if order.status is OrderStatus.AWAITING_PAYMENT and not form.pin:
        core.kitchen.cancel(order.uid, form.reason, actor(member), may_void=False)
    else:
        manager = approved_now(request, core, member, form.pin, Right.CANCEL_PAID)
        core.kitchen.cancel(order.uid, form.reason, actor(manager), may_void=True, asked_by=actor(member))
    return see_other("cashier", query={"order": order.uid})


@router.post("/check", name="check_payment_by_staff")
def check(core: CoreDep, member: Server, order: OurOrder, form: Annotated[CheckForm, Form()]) -> Response:
    """Ask the gateway again whether the money has come."""
    is_asked = core.payments.ask_about_all(order.uid)
    if form.back == "history":
        return see_other("past_order", query={"asked": "now" if is_asked else "soon"}, uid=order.uid)
    return see_other("cashier", query={"order": order.uid})
