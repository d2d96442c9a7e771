"""Puts one money case into ready values: what happened, and which ways out are open."""

from dataclasses import dataclass
from typing import Any

from cashier.approval import Attempted
from cashier.money_words import ENDINGS, LOST, ORDER_STATES, cause_of, what_was_said
from cashier.refund_panel import RefundPanel, panel_of
from core.base.errors import N_
from core.orders.status import OrderStatus
from core.payments.errors import LossNotEntered
from core.payments.models import CaseKind
from core.services import Core
from core.services.money_desk import CaseFile
from core.staff.models import StaffMember
from core.staff.rights import Right, may

_LOSS_UNKNOWN = LossNotEntered.sentence


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case as its page shows it. Words are message ids."""

    file: CaseFile
    panel: RefundPanel

    @property
    def is_open(self) -> bool:
        return self.file.view.case.settled_at is None

    @property
    def has_money(self) -> bool:
        return self.file.view.case.amount > 0

    @property
    def why_not_cooked(self) -> str:
        """Say why the order cannot be cooked after all; empty when it can."""
        if self.file.waits_for_loss and self.file.can_honour:
            return _LOSS_UNKNOWN
        if self.file.can_honour:
            return ""
        view = self.file.view
        if view.order_status is None:
            return N_("Nobody knows which order this money was for.")
        if view.order_status is OrderStatus.CANCELLED:
            return N_("A cancelled order never comes back. The guest can order again, and this money can pay for it.")
        if view.order_status is OrderStatus.EXPIRED:
            return N_("This money is less than the order costs.")
        return N_("The order has not expired: nothing needs to be cooked after all.")

    @property
    def why_not_credited(self) -> str:
        """Say why no other order can be paid with it; empty when there is one."""
        if self.file.waits_for_loss and self.file.creditable:
            return _LOSS_UNKNOWN
        if self.file.creditable:
            return ""
        return N_("Neither this guest nor this table has an unpaid order that this money covers.")

    @property
    def why_not_refunded(self) -> str:
        """Say why nothing can be given back from here; empty when it can."""
        offer = self.file.offer
        if offer is None:
            return N_("Meja does not hold this payment. Give it back in the Midtrans dashboard, with the reference.")
        if offer.under_way is not None:
            return N_("A refund is being asked for already. Its answer decides what is left.")
        if offer.left > 0 and offer.loss_unknown:
            return _LOSS_UNKNOWN
        return "" if offer.left > 0 else N_("All of this payment has gone back already.")

    @property
    def why_not_closed(self) -> str:
        """Say why it cannot be closed now; empty when it can."""
        if self.file.can_be_closed:
            return ""
        return _LOSS_UNKNOWN if self.file.waits_for_loss else N_("Its money is on its way back. Wait for the answer.")

    @property
    def is_refundable(self) -> bool:
        """Whether giving money back is a question of this case at all: not where all of it is with its orders.

        Of money that Meja does not hold the way stands there with its reason.
        """
        offer = self.file.offer
        if self.file.view.case.kind is CaseKind.UNMATCHED:
            return True
        return self.has_money or (offer is not None and (offer.left > 0 or offer.under_way is not None))

    @property
    def asks_for_loss(self) -> bool:
        """Whether the gateway did not say how much a chargeback took, or took beside what is booked already."""
        return self.file.view.case.lacks_loss

    @property
    def refundable(self) -> int:
        """How much the refund form proposes: what the case holds, else what was refused, else what is left."""
        offer = self.file.offer
        return min(offer.left, self.file.view.case.amount or offer.refused or offer.left) if offer else 0


def case_context(core: Core, member: StaffMember, case_uid: str, attempted: Attempted) -> dict[str, Any]:
    """Gather what the page of a case needs. Raises UnknownCase."""
    file = core.money.file(member.outlet_id, case_uid)
    has_drawer = core.shifts.current(member.outlet_id) is not None
    panel = panel_of(file.offer, file.refunds, file.now, has_drawer=has_drawer)
    return {
        "page": CasePage(file, panel),
        "view": file.view,
        "case": file.view.case,
        "panel": panel,
        "attempted": attempted,
        "cause_of": cause_of,
        "what_was_said": what_was_said,
        "endings": ENDINGS,
        "lost_words": LOST,
        "order_states": ORDER_STATES,
        "now": file.now,
        "needs_manager": not may(member, Right.GIVE_MONEY_BACK),
        "may_match": may(member, Right.MATCH_SETTLEMENTS),
        "outlet": core.door.workplace(member),
        "member": member,
    }
