"""What can be printed of an order, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.orders.models import Order
from core.orders.status import CLOSED
from core.printing.models import Printer
from core.services import Core
from core.staff.models import StaffMember
from core.staff.rights import Right, may


@dataclass(frozen=True, slots=True)
class PrintOffer:
    """Nothing, in a house without printers."""

    receipts_at: Sequence[Printer] = ()
    has_kitchen_slip: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.receipts_at and not self.has_kitchen_slip


NO_PAPER: Final = PrintOffer()


def prints_of(core: Core, member: StaffMember, order: Order) -> PrintOffer:
    """Tell what a member of staff can have printed of an order."""
    if not may(member, Right.PRINT_SLIPS):
        return NO_PAPER
    is_cooked = order.paid_at is not None and order.status not in CLOSED
    return PrintOffer(
        receipts_at=core.paper.receipt_printers(member.outlet_id),
        has_kitchen_slip=is_cooked and core.paper.has_kitchen_printer(member.outlet_id),
    )
