"""What of the staff's doing a manager wants to see, and how it is recognised in an event."""

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from core.events.models import Event
from core.orders.models import Order
from core.orders.status import OrderStatus, PaymentMethod
from core.payments.models import RefundWay, Resolution
from core.shifts.queries import DRAWER_MOVED, DRAWER_OPENED


class ExceptionKind(enum.StrEnum):
    """One kind of thing to look at. None of them is wrong by itself; each is how money was taken somewhere before."""

    PAID_CANCELLED = "paid_cancelled"
    UNPAID_CANCELLED = "unpaid_cancelled"
    """By staff: a guest may have paid whoever cancelled it."""
    SERVED_UNPAID = "served_unpaid"
    RAN_OUT = "ran_out"
    """It was typed at the counter or waited for cash there, and no money ever came."""
    REFUNDED = "refunded"
    REFUND_WITHDRAWN = "refund_withdrawn"
    REFUND_UNDONE = "refund_undone"
    REFUNDED_ELSEWHERE = "refunded_elsewhere"
    """In the gateway's dashboard, by somebody whom Meja does not know."""
    CASH_IN_DOUBT = "cash_in_doubt"
    CASE_CLOSED = "case_closed"
    """A money case ended with a person's word alone: what stood on it was written off."""
    MONEY_PLACED = "money_placed"
    """Money that came without an order paid one, by a person's choice."""
    BREAK_EXPLAINED = "break_explained"
    """What a settlement file says otherwise than the books was explained away."""
    CASH_OUT = "cash_out"
    CASH_IN = "cash_in"
    DRAWER_OPENED = "drawer_opened"
    COUNT_DIFFERS = "count_differs"
    COUNTED_AGAIN = "counted_again"
    """The same person counted a drawer twice on one day."""
    FLOAT_DIFFERS = "float_differs"
    """A shift began with another amount than was counted at the end of the one before it on that day."""
    PRICES_CHANGED = "prices_changed"
    BILL_RULES_CHANGED = "bill_rules_changed"
    PORTIONS_RECOUNTED = "portions_recounted"
    RECEIPT_AGAIN = "receipt_again"
    KITCHEN_SLIP_AGAIN = "kitchen_slip_again"
    STAFF_CHANGED = "staff_changed"
    PINS_TRIED = "pins_tried"
    """So many wrong ones on one screen in a day that it is no slip any more."""


class ExceptionTopic(enum.StrEnum):
    """What somebody looks for."""

    CANCELLED = "cancelled"
    UNPAID = "unpaid"
    REFUNDS = "refunds"
    CASES = "cases"
    DRAWER = "drawer"
    SHIFTS = "shifts"
    PRICES = "prices"
    PAPER = "paper"
    PEOPLE = "people"


_K = ExceptionKind

TOPICS: Final[Mapping[ExceptionTopic, Sequence[ExceptionKind]]] = {
    ExceptionTopic.CANCELLED: (_K.PAID_CANCELLED, _K.UNPAID_CANCELLED),
    ExceptionTopic.UNPAID: (_K.SERVED_UNPAID, _K.RAN_OUT),
    ExceptionTopic.REFUNDS: (_K.REFUNDED, _K.REFUND_WITHDRAWN, _K.REFUND_UNDONE, _K.REFUNDED_ELSEWHERE),
    ExceptionTopic.CASES: (_K.CASE_CLOSED, _K.MONEY_PLACED, _K.CASH_IN_DOUBT, _K.BREAK_EXPLAINED),
    ExceptionTopic.DRAWER: (_K.CASH_OUT, _K.CASH_IN, _K.DRAWER_OPENED),
    ExceptionTopic.SHIFTS: (_K.COUNT_DIFFERS, _K.COUNTED_AGAIN, _K.FLOAT_DIFFERS),
    ExceptionTopic.PRICES: (_K.PRICES_CHANGED, _K.BILL_RULES_CHANGED, _K.PORTIONS_RECOUNTED),
    ExceptionTopic.PAPER: (_K.RECEIPT_AGAIN, _K.KITCHEN_SLIP_AGAIN),
    ExceptionTopic.PEOPLE: (_K.STAFF_CHANGED, _K.PINS_TRIED),
}
TOPIC_OF: Final[Mapping[ExceptionKind, ExceptionTopic]] = {
    kind: topic for topic, all_ in TOPICS.items() for kind in all_
}

AT_STAKE: Final = frozenset(
    {
        *(_K.PAID_CANCELLED, _K.UNPAID_CANCELLED, _K.SERVED_UNPAID, _K.RAN_OUT, _K.REFUNDED, _K.REFUNDED_ELSEWHERE),
        *(_K.CASH_IN_DOUBT, _K.CASE_CLOSED, _K.MONEY_PLACED, _K.CASH_OUT, _K.COUNT_DIFFERS),
    }
)
"""Whose amounts add up to what a person has had to do with. Others move no money, or bring some."""


class Mark(enum.StrEnum):
    """What makes an exception worth a second look."""

    CASH_TAKEN = "cash_taken"
    """The order had been paid in cash."""
    BY_ONE_PERSON = "by_one_person"
    """Brought and allowed by the same person."""
    FROM_THE_DRAWER = "from_the_drawer"
    CASH_FOR_QRIS = "cash_for_qris"
    IN_THE_KITCHEN = "in_the_kitchen"
    """The kitchen had begun."""
    HANDED_OUT = "handed_out"
    """The food was out by then."""
    TYPED_BY_STAFF = "typed_by_staff"
    CHANGED_BACK = "changed_back"
    """To what it was earlier on the same day."""
    PUT_BACK = "put_back"
    """The same amount left the drawer and came back within the shift."""
    IN_PARTS = "in_parts"
    """What one person carried out in parts comes to more than they may carry at once."""
    SAME_DAY = "same_day"
    """The same person did the same once already that day."""


WRONG_PIN: Final = "staff.wrong_pin"
BILL_RULES: Final = frozenset(
    {"tax_rate", "service_rate", "cash_coin", "merchant_name", "nmid", "day_cutoff_hour", "zone"}
)
"""Settings that decide what a guest pays, to whom, and on which day it counts."""

_NEEDS_TWO: Final = frozenset(
    {_K.PAID_CANCELLED, _K.REFUNDED, _K.REFUND_WITHDRAWN, _K.REFUND_UNDONE, _K.CASE_CLOSED, _K.CASH_IN_DOUBT}
)
_BEGUN: Final = frozenset({"preparing", "ready"})


def _of_cancelled(event: Event) -> ExceptionKind:
    return _K.PAID_CANCELLED if event.data.get("before") else _K.UNPAID_CANCELLED


def _of_case(event: Event) -> ExceptionKind | None:
    return _K.CASE_CLOSED if event.data.get("resolution") == Resolution.WRITTEN_OFF else None


def _of_settings(event: Event) -> ExceptionKind | None:
    # The first setting up of an outlet changes nothing that was there before.
    return _K.BILL_RULES_CHANGED if BILL_RULES & changed_settings(event).keys() else None


def changed_settings(event: Event) -> Mapping[str, tuple[object, object]]:
    """Tell what settings were before an event and after, by their names; those that stayed are left out."""
    before = event.data.get("before", {})
    changed = event.data.get("changed", {})
    return {name: (before[name], after) for name, after in changed.items() if name in before and before[name] != after}


_KINDS: Final[Mapping[str, ExceptionKind | Callable[[Event], ExceptionKind | None]]] = {
    "order.cancelled": _of_cancelled,
    "order.cancel_wanted": _K.UNPAID_CANCELLED,
    "order.served": _K.SERVED_UNPAID,
    "order.expired": _K.RAN_OUT,
    "order.paid": _K.MONEY_PLACED,
    "order.refunded": _K.REFUNDED_ELSEWHERE,
    "refund.asked": _K.REFUNDED,
    "refund.withdrawn": _K.REFUND_WITHDRAWN,
    "refund.undone": _K.REFUND_UNDONE,
    "cash.taken_in_doubt": _K.CASH_IN_DOUBT,
    "case.settled": _of_case,
    "settlement.closed": _K.BREAK_EXPLAINED,
    DRAWER_MOVED: lambda event: _K.CASH_IN if event.data["amount"] > 0 else _K.CASH_OUT,
    DRAWER_OPENED: _K.DRAWER_OPENED,
    "shift.closed": lambda event: _K.COUNT_DIFFERS if event.data["counted"] != event.data["expected"] else None,
    "menu.imported": lambda event: _K.PRICES_CHANGED if event.data.get("prices") else None,
    "outlet.set_up": _of_settings,
    "receipt.print_asked": _K.RECEIPT_AGAIN,
    "kitchen_slip.print_asked": _K.KITCHEN_SLIP_AGAIN,
}


def kind_of(event: Event) -> ExceptionKind | None:
    """Tell what is to be looked at in an event by itself; nothing in one that is as it should be."""
    if event.kind.startswith("staff.") and event.kind != WRONG_PIN:
        return _K.STAFF_CHANGED
    found = _KINDS.get(event.kind)
    return found(event) if callable(found) else found


def marks_of(kind: ExceptionKind, event: Event, order: Order | None) -> set[Mark]:
    """Tell what makes an exception worth a second look, as far as it and its order say."""
    is_cash = order is not None and order.payment_method is PaymentMethod.CASH
    from_drawer = kind is _K.REFUNDED and event.data.get("way") == RefundWay.DRAWER
    was_served = order is not None and order.status is OrderStatus.SERVED and (order.done_at or event.at) <= event.at
    found = {
        Mark.CASH_TAKEN: kind is _K.PAID_CANCELLED and is_cash,
        Mark.BY_ONE_PERSON: kind in _NEEDS_TWO and event.by.startswith("staff:") and "asked_by" not in event.data,
        Mark.FROM_THE_DRAWER: from_drawer,
        Mark.CASH_FOR_QRIS: from_drawer and order is not None and not is_cash,
        Mark.IN_THE_KITCHEN: kind is _K.PAID_CANCELLED and event.data.get("before") in _BEGUN,
        Mark.HANDED_OUT: kind is _K.REFUNDED and was_served,
    }
    return {mark for mark, holds in found.items() if holds}


def amount_of(kind: ExceptionKind, event: Event, order: Order | None) -> int | None:
    """Tell what an exception is about, in whole rupiah; nothing where it is about no money.

    What left is positive but for what was carried out of a drawer or was short at its count.
    """
    data = event.data
    if event.kind == "shift.closed":
        return int(data["counted"]) - int(data["expected"])
    if kind in {_K.UNPAID_CANCELLED, _K.RAN_OUT, _K.SERVED_UNPAID}:
        return order.due if order is not None else None
    amounts = [data[name] for name in ("amount", "lost") if isinstance(data.get(name), int)]
    return amounts[0] if amounts else None
