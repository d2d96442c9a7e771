"""Faults that a review of the money paths found in ours, put back by hand."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_LATE = "tests/services/test_double_and_late_money.py"
_TAKEN = "tests/services/test_money_taken_back.py"
_SURPLUS = "test_what_came_too_much_goes_back_from_the_desk_once_and_the_order_stays_paid"

REVIEW_FAULTS: Final = (
    Fault(
        name="what is offered from a case is taken from the sale",
        hurts="Money that came too much goes back twice, and the order loses its payment.",
        file="cashier/refunds.py",
        old='payment=form.payment, from_case=form.from_case == "yes")',
        new="payment=form.payment)",
        tests=(f"tests/cashier/test_refunds.py::{_SURPLUS}",),
    ),
    Fault(
        name="a refund goes out beside a bank's loss that nobody has entered",
        hurts="The guest gets the whole bill back in cash, after their bank has taken a part of it.",
        file="core/services/refund_offer.py",
        old="    if offer.loss_unknown:\n",
        new="    if False:\n",
        tests=(f"{_TAKEN}::test_nothing_more_goes_back_before_somebody_has_entered_what_the_bank_took",),
    ),
    Fault(
        name="a partial chargeback is closed without its loss",
        hurts="The ledger never learns what the bank took.",
        file="core/services/case_desk.py",
        old="            if lost is None and case.lacks_loss",
        new="            if False and lost is None and case.lacks_loss",
        tests=(f"{_TAKEN}::test_nothing_more_goes_back_before_somebody_has_entered_what_the_bank_took",),
    ),
    Fault(
        name="late money cooks for a party that has left",
        hurts="The kitchen makes a dinner that nobody is there to eat, and the guest's money is gone.",
        file="core/services/money_in.py",
        old="    fits = not wrong and waits and (attempt.is_open or not _has_left(session, order))\n",
        new="    fits = not wrong and waits\n",
        tests=(f"{_LATE}::test_late_money_of_a_party_that_has_left_cooks_nothing",),
    ),
    Fault(
        name="money in time is late for a table that was cleared",
        hurts="A guest who paid within the minute eats nothing.",
        file="core/services/money_in.py",
        old="(attempt.is_open or not _has_left(session, order))",
        new="(not _has_left(session, order))",
        tests=(f"{_LATE}::test_money_in_time_is_cooked_though_the_table_was_cleared_meanwhile",),
    ),
    Fault(
        name="a signed word that is ahead of the status is forgotten",
        hurts="A payment that was told of stands on no desk.",
        file="core/services/settlement.py",
        old="earliest(next_look(attempt, now), look_for_words)",
        new="next_look(attempt, now)",
        tests=(f"{_LATE}::test_a_signed_word_that_is_ahead_of_the_status_is_followed_up",),
    ),
    Fault(
        name="only words of money that comes are followed up",
        hurts="A refund, a chargeback or a reversal that the gateway told of a second too early is never seen.",
        file="core/services/settlement.py",
        old="ahead = LEFT if report.state in MONEY_CAME else CAME",
        new="ahead = CAME",
        tests=(
            "tests/services/test_money_taken_back.py"
            "::test_a_word_of_money_that_left_is_followed_until_the_gateways_answer_has_it",
        ),
    ),
    Fault(
        name="a word of money that left is forgotten where none had come",
        hurts="A guest paid at the last second and had it back; the shop knows of neither.",
        file="core/payments/queries.py",
        old='("settlement", "capture", *_GIVEN_BACK)',
        new='("settlement", "capture")',
        tests=(
            "tests/services/test_money_taken_back.py"
            "::test_a_word_of_money_that_came_is_followed_though_the_attempt_had_ended",
        ),
    ),
    Fault(
        name="a signed word is followed up once",
        hurts="A payment that the gateway books ten minutes after it told of it stands on no desk.",
        file="core/payments/schedule.py",
        old="    timedelta(minutes=1),\n    timedelta(minutes=10),\n    timedelta(hours=1),\n    timedelta(hours=6),\n    timedelta(hours=24),\n)",
        new="    timedelta(minutes=1),\n)",
        tests=(f"{_LATE}::test_a_signed_word_that_is_ahead_of_the_status_is_followed_up",),
    ),
    Fault(
        name="staff ask about the newest QR only",
        hurts="A guest paid the QR before it, and everybody says that nothing came.",
        file="core/services/payment_desk.py",
        old="            for known in attempts_of_order(session, order.id):\n",
        new="            for known in attempts_of_order(session, order.id)[:1]:\n",
        tests=(f"{_LATE}::test_staff_ask_about_an_earlier_qr_too",),
    ),
)
