"""Faults in what a bill says of the money that paid it, where that was another payment's."""

from typing import Final

from tests.broken_by_hand.fault import Fault

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
)
