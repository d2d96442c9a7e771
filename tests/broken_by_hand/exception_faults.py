"""Faults of the exception report: what staff did stands nowhere, or with somebody else's name."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_EVENTS = "core/services/exception_events.py"
_KINDS = "core/services/exception_kinds.py"
_DAYS = "core/services/exception_days.py"
_REPORT = "core/services/exception_report.py"
_LIMIT = "core/services/refund_limit.py"
_ORDERS = "tests/cashier/fraud_sequences/test_orders.py"
_REFUNDS = "tests/cashier/fraud_sequences/test_refunds_and_cases.py"
_DRAWER = "tests/cashier/fraud_sequences/test_the_drawer.py"
_PAPER = "tests/cashier/fraud_sequences/test_prices_paper_and_people.py"
_PAGE = "tests/cashier/fraud_sequences/test_the_report.py"

EXCEPTION_FAULTS: Final = (
    Fault(
        name="cash that had been taken for a cancelled order is not marked",
        hurts="The oldest trick of all stands in the list like any slip of the finger.",
        file=_KINDS,
        old="        Mark.CASH_TAKEN: kind is _K.PAID_CANCELLED and is_cash,\n",
        new="        Mark.CASH_TAKEN: False,\n",
        tests=(
            f"{_ORDERS}::test_a_cashier_takes_cash_and_has_the_order_cancelled",
            f"{_ORDERS}::test_a_manager_takes_cash_and_cancels_the_order_alone",
        ),
    ),
    Fault(
        name="an order that staff give up while its QR is open is looked at by nobody",
        hurts="A guest pays into the cashier's own QR, the order is cancelled, and no list tells of it.",
        file=_EVENTS,
        old='_OF_STAFF: Final = ("order.cancelled", "order.cancel_wanted", "case.settled")\n',
        new='_OF_STAFF: Final = ("order.cancelled", "case.settled")\n',
        tests=(f"{_ORDERS}::test_a_guest_pays_into_the_cashiers_own_qr_and_the_order_is_cancelled",),
    ),
    Fault(
        name="an order that was typed and ran out is nobody's",
        hurts="The cashier who lets every third order run out cannot be told from the others.",
        file=_REPORT,
        old="    typist = typed.get(event.order_id or 0) if kind is ExceptionKind.RAN_OUT else None\n",
        new="    typist = None\n",
        tests=(f"{_ORDERS}::test_a_cashier_types_an_order_takes_the_cash_and_lets_it_run_out",),
    ),
    Fault(
        name="whoever allowed it is taken for whoever brought it",
        hurts="Every cashier's refunds stand with the manager's name, and the cashier's card is clean.",
        file=_REPORT,
        old='f"staff:{brought_by}"),\n',
        new="event.by),\n",
        tests=(
            f"{_REFUNDS}::test_a_cashier_has_a_friends_meal_given_back_by_the_manager",
            f"{_PAGE}::test_whoever_has_had_to_do_with_most_money_stands_first_and_whoever_allowed_it_beside",
        ),
    ),
    Fault(
        name="money that pays an order from the desk counts as a sale like any other",
        hurts="A stranger's late money pays a bill whose cash the cashier keeps, and nobody sees it.",
        file=_EVENTS,
        old='Event.data["case_uid"].as_string().is_not(None)),\n',
        new='Event.data["case_uid"].as_string() == ""),\n',
        tests=(f"{_REFUNDS}::test_a_guests_late_money_pays_the_bill_whose_cash_the_cashier_keeps",),
    ),
    Fault(
        name="a price that was changed back is not recognised",
        hurts="A friend eats for a thousand rupiah, and the evening's prices look as they should.",
        file=_DAYS,
        old="            values.add(before)\n",
        new="",
        tests=(
            f"{_PAPER}::test_a_price_is_lowered_for_a_friend_and_edited_back",
            f"{_PAPER}::test_the_tax_is_switched_off_for_one_bill_and_on_again",
        ),
    ),
    Fault(
        name="a shift may be counted as often as one likes",
        hurts="What was taken between two counts of one cashier is seen by nobody.",
        file=_DAYS,
        old='        "shift.closed": (ExceptionKind.COUNTED_AGAIN, lambda event: event.by),\n',
        new="",
        tests=(f"{_DRAWER}::test_a_shift_is_closed_twice_to_hide_what_lies_between",),
    ),
    Fault(
        name="handed out and not paid is looked for among paid orders",
        hurts="The one list of meals that nobody paid for is empty for ever.",
        file=_EVENTS,
        old="_NOT_PAID: Final = (PaymentStatus.PENDING, PaymentStatus.EXPIRED, PaymentStatus.FAILED)\n",
        new="_NOT_PAID: Final = (PaymentStatus.PAID, PaymentStatus.REFUNDED)\n",
        tests=(f"{_ORDERS}::test_food_is_handed_out_for_a_payment_that_did_not_last",),
    ),
    Fault(
        name="the report is open to whoever sees the history",
        hurts="A cashier reads which of their tricks were noticed.",
        file="cashier/exceptions.py",
        old="from cashier.who import ActReader\n",
        new="from cashier.who import HistoryReader as ActReader\n",
        tests=(
            f"{_PAGE}::test_neither_cashier_nor_cook_reads_it_or_takes_it_home",
            "tests/rights/test_answers.py::test_every_answer_is_as_listed_and_names_nobody_elses",
        ),
    ),
    Fault(
        name="money from the desk is forgotten when QRIS is laid beside the orders",
        hurts="Every honest evening with one late payment looks as if somebody had touched the books.",
        file="core/services/qris_check.py",
        old="        return self.came - self.paid - self.beside\n",
        new="        return self.came - self.paid\n",
        tests=(f"{_PAGE}::test_qris_that_came_is_laid_beside_the_orders_it_paid",),
    ),
    Fault(
        name="each refund has the whole day's room",
        hurts="A manager gives the month's takings away in parts, and no owner is ever asked.",
        file=_LIMIT,
        old="    left = REFUND_LIMIT - _given_back_that_day(session, outlet_id, by, at)\n",
        new="    left = REFUND_LIMIT\n",
        tests=(f"{_REFUNDS}::test_a_manager_who_has_given_much_back_that_day_needs_the_owner",),
    ),
    Fault(
        name="wrong PINs leave no trace",
        hurts="A cashier tries the manager's PIN day after day, twenty times a day, and nobody is told.",
        file="core/services/staff_door.py",
        old="            self._tell_wrong_pin(asker)\n",
        new="            pass\n",
        tests=(f"{_PAPER}::test_a_cashier_tries_pins_until_one_allows_it",),
    ),
)
