"""What staff have printed by a press: a receipt, a bill, or a kitchen slip once more."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from pydantic import StringConstraints
from starlette.responses import Response

from cashier.who import OurOrder, SlipPrinter, actor
from core.orders.models import Order
from core.web.access import CoreDep
from core.web.forms import FormModel
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/orders/{uid}/print")


class PrintForm(FormModel):
    """Where the press came from, and at which printer a receipt is wanted."""

    back: Literal["cashier", "history"] = "cashier"
    printer: Annotated[str, StringConstraints(max_length=64)] = ""


Asked = Annotated[PrintForm, Form()]


@router.post("/receipt", name="print_receipt")
def print_receipt(core: CoreDep, member: SlipPrinter, order: OurOrder, form: Asked) -> Response:
    """Print the receipt; the bill, while the order is unpaid."""
    core.paper.receipt(order.uid, actor(member), printer_uid=form.printer)
    return _back(form, order)


@router.post("/kitchen", name="print_kitchen_slip")
def print_kitchen_slip(core: CoreDep, member: SlipPrinter, order: OurOrder, form: Asked) -> Response:
    """Print the kitchen's slip once more."""
    core.paper.kitchen_slip(order.uid, actor(member))
    return _back(form, order)


def _back(form: PrintForm, order: Order) -> Response:
    if form.back == "history":
        return see_other("past_order", query={"printed": "yes"}, uid=order.uid)
    return see_other("cashier", query={"order": order.uid})
