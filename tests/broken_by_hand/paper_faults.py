"""Faults in what a bill says of the money that paid it, where that was another payment's."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_API = "tests/api/test_orders.py"
_LATE = "tests/services/test_double_and_late_money.py"
_RECEIPT = "tests/kiosk/test_receipt_pdf.py"

PAPER_FAULTS: Final = (
    Fault(
        name="a bill that cash from the desk paid names what nobody handed over",
        hurts="The guest's receipt is a blank page of an error, and on paper they owe the house the whole bill.",
        file="kiosk/receipt_view.py",
        old="        return order.cash_total if order.tendered is None else order.tendered\n",
        new="        return order.tendered\n",
        tests=(f"{_RECEIPT}::test_a_bill_paid_with_cash_that_lay_on_the_desk_says_so_on_paper_and_on_screen",),
    ),
    Fault(
        name="a bill paid from the desk names its own QR, which nobody paid",
        hurts="The guest asks for their money back, and Midtrans's dashboard says of that reference that nothing came.",
        file="core/services/order_desk.py",
        old="    return own or attempt_by_reference(session, paid_with)\n",
        new="    return own\n",
        tests=(
            f"{_LATE}::test_an_order_that_was_paid_from_the_desk_tells_of_the_payment_that_paid_it",
            f"{_API}::test_an_order_that_was_paid_from_the_desk_tells_that_payment_and_its_own_total",
        ),
    ),
    Fault(
        name="an order that another amount paid tells a failed payment",
        hurts="A program that watches the order believes that nothing came, and has the guest pay once more.",
        file="kiosk/api_views.py",
        old="        state=_state(page.order, attempt),\n",
        new="        state=attempt.state,\n",
        tests=(f"{_API}::test_an_order_that_another_amount_paid_tells_a_settled_payment",),
    ),
    Fault(
        name="of another order's payment all of it is told",
        hurts="A program that adds up what orders brought counts the same money twice.",
        file="kiosk/api_views.py",
        old="        amount=page.order.total,\n",
        new="        amount=attempt.amount,\n",
        tests=(f"{_API}::test_an_order_that_was_paid_from_the_desk_tells_that_payment_and_its_own_total",),
    ),
)
