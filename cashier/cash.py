"""Taking cash for an order that was found by its code, number or table."""

from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import StringConstraints
from starlette.responses import Response

from cashier.approval import Pin, approved, read_amount
from cashier.who import CashTaker, OurOrder, actor
from core.web.access import CoreDep
from core.web.forms import FormModel
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/orders/{uid}")


class CashForm(FormModel):
    """What the guest handed over, as it was typed; a manager's PIN where the QR may have been paid."""

    tendered: Annotated[str, StringConstraints(max_length=40)]
    pin: Pin = ""


@router.post("/cash", name="take_cash")
def take_cash(core: CoreDep, member: CashTaker, order: OurOrder, form: Annotated[CashForm, Form()]) -> Response:
    """Put the money into the drawer and send the order to the kitchen; the desk then shows the change."""
    vouched_by = approved(core, member, form.pin) if form.pin.strip() else None
    core.cash.take(order.uid, read_amount(form.tendered), actor(member), vouched_by=vouched_by)
    return see_other("cashier", query={"order": order.uid})
