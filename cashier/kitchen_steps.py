"""What cooks do with an order beside starting and finishing it: strike a line off, see a cancellation, call it back."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from cashier.kitchen_look import StepForm
from cashier.who import Cook, OurOrder, actor
from core.web.access import CoreDep
from core.web.forms import OptionalDigits

router = APIRouter(prefix="/cashier/orders/{uid}")


class StrikeForm(StepForm):
    """The line that was struck off as cooked, or put back."""

    cooked: OptionalDigits = None
    uncooked: OptionalDigits = None


@router.post("/lines", name="strike_line")
def strike(core: CoreDep, member: Cook, order: OurOrder, form: Annotated[StrikeForm, Form()]) -> Response:
    """Strike a line off, or put it back."""
    line_id = form.uncooked if form.cooked is None else form.cooked
    core.stations.strike(order.uid, line_id or 0, actor(member), is_cooked=form.cooked is not None)
    return form.returns()


@router.post("/seen", name="see_stop")
def see(core: CoreDep, member: Cook, order: OurOrder, form: Annotated[StepForm, Form()]) -> Response:
    """Say that the kitchen knows that it is not wanted any more."""
    core.stations.see(order.uid, form.station_id, actor(member))
    return form.returns()


@router.post("/recall", name="recall_order")
def recall(core: CoreDep, member: Cook, order: OurOrder, form: Annotated[StepForm, Form()]) -> Response:
    """Call it back onto the stove."""
    core.stations.recall(order.uid, form.station_id, actor(member))
    return form.returns()
