"""Which member of staff is asking, what they may do here, and which of their outlet's orders they mean."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends

from core.events.record import Actor
from core.orders.errors import UnknownOrder
from core.orders.models import Order
from core.services.order_desk import OrderPage
from core.staff.models import StaffMember
from core.staff.rights import Right, require
from core.web.access import CoreDep, StaffDep


def _with(right: Right) -> Callable[[StaffMember], Awaitable[StaffMember]]:
    # Nothing here waits for anything: no thread is needed for it.
    async def member_with_the_right(member: StaffDep) -> StaffMember:
        require(member, right)
        return member

    return member_with_the_right


Cook = Annotated[StaffMember, Depends(_with(Right.COOK))]
Server = Annotated[StaffMember, Depends(_with(Right.SERVE))]
CashTaker = Annotated[StaffMember, Depends(_with(Right.TAKE_CASH))]
Canceller = Annotated[StaffMember, Depends(_with(Right.CANCEL_UNPAID))]
DrawerKeeper = Annotated[StaffMember, Depends(_with(Right.WORK_THE_DRAWER))]
MoneyWatcher = Annotated[StaffMember, Depends(_with(Right.SEE_MONEY_CASES))]
DeviceKeeper = Annotated[StaffMember, Depends(_with(Right.MANAGE_DEVICES))]
PrinterKeeper = Annotated[StaffMember, Depends(_with(Right.MANAGE_PRINTERS))]
SlipPrinter = Annotated[StaffMember, Depends(_with(Right.PRINT_SLIPS))]
MenuEditor = Annotated[StaffMember, Depends(_with(Right.EDIT_THE_MENU))]
OrderTaker = Annotated[StaffMember, Depends(_with(Right.ORDER_FOR_GUESTS))]
StockKeeper = Annotated[StaffMember, Depends(_with(Right.MARK_SOLD_OUT))]
Pauser = Annotated[StaffMember, Depends(_with(Right.PAUSE_ORDERS))]
HistoryReader = Annotated[StaffMember, Depends(_with(Right.SEE_HISTORY))]
HistoryTaker = Annotated[StaffMember, Depends(_with(Right.EXPORT_HISTORY))]
SettlementMatcher = Annotated[StaffMember, Depends(_with(Right.MATCH_SETTLEMENTS))]
MoneyPlacer = Annotated[StaffMember, Depends(_with(Right.PLACE_MONEY))]
PeopleKeeper = Annotated[StaffMember, Depends(_with(Right.MANAGE_PEOPLE))]
ActReader = Annotated[StaffMember, Depends(_with(Right.SEE_ACTS))]


async def _with_codes(member: StaffDep) -> StaffMember:
    # Whoever is no owner any more may still switch off what they switched on.
    if not member.uses_codes:
        require(member, Right.SIGN_IN_BY_CODE)
    return member


CodeUser = Annotated[StaffMember, Depends(_with_codes)]


def page_of_our_order(uid: str, core: CoreDep, member: StaffDep) -> OrderPage:
    """Read an order of the member's own outlet. Raises UnknownOrder for any other."""
    page = core.orders.page(uid)
    if page.order.outlet_id != member.outlet_id:
        raise UnknownOrder
    return page


OurPage = Annotated[OrderPage, Depends(page_of_our_order)]


async def _our_order(page: OurPage) -> Order:
    return page.order


OurOrder = Annotated[Order, Depends(_our_order)]


def actor(member: StaffMember) -> Actor:
    """Name the member as the one who did it."""
    return Actor("staff", member.id, member.name)
