"""Faults in what a second look at the way of money found: news between question and answer, money credited elsewhere."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_BETWEEN = "tests/services/test_between_question_and_answer.py"
_TAKEN = "tests/services/test_money_taken_back.py"
_SURE = "tests/services/test_certain_charges.py"
_DESK = "tests/services/test_cash_and_switching.py"

SECOND_LOOK_FAULTS: Final = (
    Fault(
        name="a refund's job plans the payment's next look",
        hurts="A chargeback heard of while a refund is asked about is looked at only when a refund's answer says so.",
        file="core/payments/schedule.py",
        old="            attempt.due_at = min(attempt.due_at or due_at, due_at)\n        return\n",
        new="            attempt.due_at = due_at\n        elif attempt.lease is None:\n            attempt.due_at = None\n        return\n",
        tests=(f"{_BETWEEN}::test_a_chargeback_heard_of_while_a_refund_is_asked_about_is_not_forgotten",),
    ),
    Fault(
        name="an answer counts for messages that came after the question",
        hurts="The last word about a payment is marked as read by an answer that knew nothing of it.",
        file="core/services/settlement.py",
        old="report.reference, asked_at or now, now)",
        new="report.reference, now, now)",
        tests=(
            f"{_BETWEEN}::test_a_chargeback_heard_of_while_a_refund_is_asked_about_is_not_forgotten",
            f"{_BETWEEN}::test_a_message_that_comes_while_its_attempt_is_in_hand_waits_for_the_next_look",
        ),
    ),
    Fault(
        name="a message from before the clock was set back waits for its own time",
        hurts="The books complain of an unanswered message for as long as the clock was set back, though it was answered.",
        file="core/payments/queries.py",
        old="(at <= asked_at or at > now)",
        new="at <= asked_at",
        tests=(
            "tests/clock/test_the_worker_after_a_jump.py"
            "::test_a_message_from_before_the_clock_was_set_back_is_answered_by_the_next_look",
        ),
    ),
    Fault(
        name="who was never charged is not asked about, whatever is heard",
        hurts="A message about it stays without an answer, and the books complain for ever.",
        file="core/services/forgotten_attempts.py",
        old="    if messages_without_outcome(session, attempt.reference):\n        return after_silence(attempt.tries + 1, now)\n",
        new="",
        tests=(
            "tests/services/test_certain_charges.py::test_what_was_heard_of_and_never_charged_is_put_before_a_person",
        ),
    ),
    Fault(
        name="what its last QR says is said of a cooked order",
        hurts="The bank took the money back, and guest, kitchen and desk go on reading PAID.",
        file="core/orders/payment_status.py",
        old="    if status in _COOKED:\n",
        new="    if status is None:\n",
        tests=(
            f"{_TAKEN}::test_an_order_paid_by_its_first_qr_is_unpaid_again_though_its_second_was_only_closed",
            f"{_TAKEN}::test_an_order_that_was_credited_with_money_that_did_not_last_is_unpaid_again",
        ),
    ),
    Fault(
        name="an order that was credited with money is not told that it left",
        hurts="Its history says paid, its page does not move, and nobody knows why it is unpaid.",
        file="core/services/money_back.py",
        old="    tell_of(session, other, _TOLD[outflow.kind]",
        new="    (lambda *_, **__: None)(session, other, _TOLD[outflow.kind]",
        tests=(
            f"{_TAKEN}::test_a_chargeback_of_credited_money_is_told_at_the_order_that_lost_it",
            f"{_TAKEN}::test_a_refund_that_comes_after_all_is_told_at_the_order_whose_money_it_took",
        ),
    ),
    Fault(
        name="a sale undone by another order's refund opens no case",
        hurts="A guest's food is unpaid though the guest did pay, and no person hears of it.",
        file="core/services/money_back.py",
        old="            _miss_sale(session, other, outflow, pot, part, at=at)\n",
        new="",
        tests=(
            f"{_TAKEN}::test_a_chargeback_of_credited_money_is_told_at_the_order_that_lost_it",
            f"{_TAKEN}::test_a_refund_that_comes_after_all_is_told_at_the_order_whose_money_it_took",
        ),
    ),
    Fault(
        name="a contradicting gateway is charged without end",
        hurts="An id that it holds and does not know is charged a thousand times in a second.",
        file="core/services/gateway_jobs.py",
        old="self._find_out(attempt, may_charge=False)",
        new="self._find_out(attempt)",
        tests=(f"{_SURE}::test_a_gateway_that_holds_an_id_and_does_not_know_it_is_not_asked_without_end",),
    ),
    Fault(
        name="what was heard of and is not known is nobody's business",
        hurts="A signed word about money stands in the inbox for ever, and nobody reads it.",
        file="core/services/forgotten_attempts.py",
        old="        return bool(messages_without_outcome(session, attempt.reference))",
        new="        return False",
        tests=(f"{_SURE}::test_what_was_heard_of_and_is_not_known_to_the_gateway_is_put_before_a_person",),
    ),
    Fault(
        name="an order with a new QR goes on being expired",
        hurts="The API and the reports call an order expired that can be paid on the screen.",
        file="core/services/attempts.py",
        old="    if order.payment_status is not PaymentStatus.PENDING:\n",
        new="    if order.payment_status is None:\n",
        tests=(f"{_DESK}::test_a_new_qr_of_an_order_waits_for_money_again",),
    ),
    Fault(
        name="a QR that is being closed can still be fetched",
        hurts="The guest pays cash and the picture in the gallery as well.",
        file="core/services/payment_desk.py",
        old="attempt.is_open and attempt.close_for is None",
        new="attempt.is_open",
        tests=(f"{_DESK}::test_the_picture_of_a_qr_that_is_being_closed_is_shown_to_nobody",),
    ),
    Fault(
        name="QRIS after cash is not heard",
        hurts="The guest asks for a QR, waits, and is shown the way to the counter.",
        file="core/services/payment_desk.py",
        old="                    attempt.close_for = None\n",
        new="                    pass\n",
        tests=(f"{_DESK}::test_cash_before_the_qr_was_made_and_qris_after_all_is_one_qr",),
    ),
    Fault(
        name="a time nobody can read hides a payment",
        hurts="Midtrans writes a time with a fraction, and every order stays unpaid until somebody mends the program.",
        file="core/gateways/midtrans.py",
        old="    except GatewayUnavailable:\n        return None\n",
        new="    except GatewayUnavailable:\n        raise\n",
        tests=("tests/gateways/test_midtrans.py::test_a_time_nobody_can_read_does_not_hide_a_payment",),
    ),
)
