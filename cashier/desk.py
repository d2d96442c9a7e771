"""The desk beside the board: finds an order by code, number or table, and says what can be done with it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Final

from cashier.approval import UNTOUCHED, Attempted
from cashier.errors import NotOnTheBoard
from cashier.method import was_undone
from cashier.print_offer import NO_PAPER, PrintOffer, prints_of
from cashier.refund_panel import RefundPanel, panel_of
from cashier.who import page_of_our_order
from core.base.errors import MejaError
from core.orders.errors import UnknownClaimCode, UnknownOrder
from core.orders.status import CLOSED, OrderStatus, PaymentMethod, PaymentStatus
from core.outlets.labels import labels_meant
from core.payments.errors import NothingToRefund
from core.payments.models import MoneyCase, is_in_doubt
from core.services import Core
from core.services.board import BoardCard, BoardView
from core.services.order_desk import OrderPage, Stage
from core.staff.models import StaffMember
from core.staff.rights import Right, may

_CODE = re.compile(r"[A-Z2-9]{4}")
_NOTES = (20_000, 50_000, 100_000)
_LONGEST = 40
WAITING_FOR_QRIS: Final = "QRIS"
"""Looking for this lists every order whose QR has not been paid yet."""


@dataclass(frozen=True, slots=True)
class CashKey:
    """A bank note on the screen: what it adds, and what is handed over when a bill is paid in such notes alone."""

    note: int
    enough: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What the panel at the right shows: nothing, a choice of orders, one order, or why none was found."""

    find: str = ""
    page: OrderPage | None = None
    choice: Sequence[BoardCard] = ()
    problem: MejaError | None = None
    may_cancel: bool = False
    needs_pin_to_cancel: bool = False
    """Whether that takes a PIN: the order was paid."""
    needs_manager_to_cancel: bool = False
    """Whether it must be somebody else's."""
    has_drawer: bool = True
    """Whether a shift is open, so that cash has somewhere to go."""
    panel: RefundPanel | None = None
    """What was paid, what went back, and how the rest can go; nothing before any money came."""
    needs_manager: bool = True
    """Whether money goes back, or cash comes in doubt, only with somebody else's PIN."""
    attempted: Attempted = UNTOUCHED
    prints: PrintOffer = NO_PAPER
    """What can be printed of the order."""

    @property
    def takes_cash(self) -> bool:
        if self.page is None:
            return False
        order, attempt = self.page.order, self.page.attempt
        is_free = order.payment_method is PaymentMethod.CASH or attempt is None or not attempt.is_open
        return order.status is OrderStatus.AWAITING_PAYMENT and (is_free or self.is_in_doubt)

    @property
    def shows_qr(self) -> bool:
        """Whether there is a QR that a guest before this screen can scan."""
        return self.page is not None and self.page.stage is Stage.QR

    @property
    def waits_as(self) -> str:
        """Name what an order that waits for QRIS shows; empty for any other. Under another name there is news of it."""
        if self.page is None or self.page.order.payment_method is not PaymentMethod.QRIS:
            return ""
        if self.page.order.status is not OrderStatus.AWAITING_PAYMENT:
            return ""
        return f"{self.page.stage}-{self.page.attempt.reference if self.page.attempt else ''}"

    @property
    def is_in_doubt(self) -> bool:
        """Whether nobody can say for now if the QR was paid: cash is then a manager's decision."""
        if self.page is None or self.page.attempt is None:
            return False
        order = self.page.order
        waits = order.status is OrderStatus.AWAITING_PAYMENT and order.payment_method is PaymentMethod.QRIS
        return waits and is_in_doubt(self.page.attempt)

    @property
    def is_undone(self) -> bool:
        """Whether the bank took back what this order was cooked for."""
        return self.page is not None and was_undone(self.page.order)

    @property
    def open_cases(self) -> list[MoneyCase]:
        """List the money of this order that still needs a person."""
        return [case for case in self.page.cases if case.settled_at is None] if self.page else []

    @property
    def opens_refund(self) -> bool:
        """Whether giving the money back is what comes next: the order was paid, and then cancelled."""
        was_cancelled = self.page is not None and self.page.order.status is OrderStatus.CANCELLED
        return was_cancelled and self.panel is not None and self.panel.can_ask

    @property
    def change(self) -> int | None:
        """What to hand back, in whole rupiah, once cash was taken."""
        order = self.page.order if self.page else None
        if order is None or order.tendered is None or order.status in CLOSED:
            return None
        return order.tendered - order.cash_total

    @property
    def keys(self) -> list[CashKey]:
        due = self.page.order.cash_total if self.page else 0
        return [CashKey(note, -(-due // note) * note) for note in _NOTES]


def desk_of(core: Core, member: StaffMember, view: BoardView, uid: str, find: str) -> Desk:
    """Fill the desk: with the order that was chosen, or with what was looked for."""
    wanted = find.strip().upper()[:_LONGEST]
    try:
        if uid:
            return desk_with(core, member, uid)
        if not wanted:
            return Desk()
        return _found(core, member, view, wanted)
    except (UnknownOrder, UnknownClaimCode, NotOnTheBoard) as problem:
        return Desk(find=wanted, problem=problem)


def _found(core: Core, member: StaffMember, view: BoardView, wanted: str) -> Desk:
    if _CODE.fullmatch(wanted):
        # It may still be a number or a table's name.
        with suppress(UnknownClaimCode):
            return desk_with(core, member, core.cash.order_by_code(member.outlet_id, wanted).uid, wanted)
    matches = list(_matches(view, wanted))
    if not matches:
        raise UnknownClaimCode(code=wanted) if _CODE.fullmatch(wanted) else NotOnTheBoard(wanted=wanted)
    if len(matches) == 1:
        return desk_with(core, member, matches[0].order.uid, wanted)
    return Desk(find=wanted, choice=matches)


def _matches(view: BoardView, wanted: str) -> Iterator[BoardCard]:
    if wanted == WAITING_FOR_QRIS:
        yield from view.awaiting_qris
    tables = labels_meant(wanted)
    columns = (view.awaiting_cash, view.awaiting_qris, view.new, view.preparing, view.ready, view.done)
    for card in chain.from_iterable(columns):
        order = card.order
        if wanted in {order.label.upper(), str(order.number), str(order.stand)} or card.table_label.upper() in tables:
            yield card


def desk_with(core: Core, member: StaffMember, uid: str, find: str = "") -> Desk:
    """Lay an order on the desk. Raises UnknownOrder."""
    page = page_of_our_order(uid, core, member)
    has_money = page.order.payment_status in {PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED}
    is_over = page.order.status in {OrderStatus.SERVED, OrderStatus.CANCELLED, OrderStatus.EXPIRED}
    return Desk(
        find=find,
        page=page,
        may_cancel=not is_over and may(member, Right.CANCEL_UNPAID),
        needs_pin_to_cancel=has_money,
        needs_manager_to_cancel=not may(member, Right.CANCEL_PAID),
        has_drawer=core.shifts.current(member.outlet_id) is not None,
        panel=order_money_of(core, page),
        needs_manager=not may(member, Right.GIVE_MONEY_BACK),
        prints=prints_of(core, member, page.order),
    )


def order_money_of(core: Core, page: OrderPage) -> RefundPanel | None:
    """Tell what of an order's money went back and what still can; nothing before any money came."""
    try:
        offer = core.refunds.offer(page.order.uid)
    except NothingToRefund:
        offer = None
    if offer is None and not page.refunds:
        return None
    has_drawer = core.shifts.current(page.order.outlet_id) is not None
    return panel_of(offer, page.refunds, page.now, has_drawer=has_drawer, order=page.order)
