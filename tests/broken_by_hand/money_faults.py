"""Faults where money becomes a row: settlement, cash, money that goes back, the worker that looks after it all."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_SETTLEMENT = "core/services/settlement.py"
_MONEY_IN = "core/services/money_in.py"
_MONEY_OUT = "core/services/money_out.py"
_CASH = "core/services/cash_desk.py"
_JOBS = "core/services/gateway_jobs.py"
_WORKER = "core/services/gateway_worker.py"
_QUEUE = "core/services/job_queue.py"
_LEASES = "core/payments/leases.py"
_GUARDS = "core/migrations/guards.py"
_NEWS = "tests/services/test_notifications.py"
_ONE_DOOR = "tests/services/test_settlement.py"
_AGAIN = "tests/services/test_told_again.py"
_LATE = "tests/services/test_double_and_late_money.py"
_COUNTER = "tests/services/test_cash_and_switching.py"
_TROUBLE = "tests/services/test_gateway_trouble.py"
_TWO = "tests/running/test_two_workers.py"
_START = "tests/services/test_after_a_start.py"
_STAY = "tests/ledger/test_rows_that_stay.py"
_QRIS_PAID = "tests/services/test_qris_payment.py::test_a_paid_qr_confirms_the_order_and_stands_in_the_ledger_once"
_DOES_NOT_FIT = f"{_ONE_DOOR}::test_a_report_that_does_not_fit_pays_nothing_and_stands_on_the_desk"

MONEY_FAULTS: Final = (
    Fault(
        name="the amount that came is not compared",
        hurts="Whoever pays one rupiah has paid the bill.",
        file=_MONEY_IN,
        old="    wrong = report.amount != attempt.amount\n",
        new="    wrong = False\n",
        tests=(f"{_NEWS}::test_money_of_another_amount_is_never_counted_as_payment",),
    ),
    Fault(
        name="the currency is not compared",
        hurts="Twenty-eight thousand of something else count as rupiah.",
        file=_SETTLEMENT,
        old='            return "currency"\n',
        new="            pass\n",
        tests=(_DOES_NOT_FIT,),
    ),
    Fault(
        name="the merchant is not compared",
        hurts="Money that another shop received pays our bills.",
        file=_SETTLEMENT,
        old='            return "merchant"\n',
        new="            pass\n",
        tests=(_DOES_NOT_FIT,),
    ),
    Fault(
        name="the transaction is not compared",
        hurts="The payment of one bill is counted for another.",
        file=_SETTLEMENT,
        old='            return "transaction"\n',
        new="            pass\n",
        tests=(_DOES_NOT_FIT,),
    ),
    Fault(
        name="a payment under suspicion pays the order",
        hurts="Food goes out for money that is taken back an hour later.",
        file=_SETTLEMENT,
        old='            return "fraud"\n',
        new="            pass\n",
        tests=(_DOES_NOT_FIT,),
    ),
    Fault(
        name="a settlement is posted as often as it is told",
        hurts="Fifty copies of a notification are fifty times the money, or forty-nine faults of ours.",
        file=_MONEY_IN,
        old='    if is_posted(session, EntryKind.SETTLE, "gateway", attempt.reference):\n        return False\n',
        new="",
        tests=(
            f"{_AGAIN}::test_a_settlement_that_is_told_again_is_nothing_new",
            f"{_AGAIN}::test_late_money_that_is_told_again_stands_on_the_desk_once",
        ),
    ),
    Fault(
        name="expired after settled undoes the payment",
        hurts="An old message that arrives late takes the paid order out of the kitchen.",
        file=_SETTLEMENT,
        old="        if report.state is GatewayState.DENIED:\n",
        new="        if report.state in {GatewayState.DENIED, GatewayState.EXPIRED}:\n",
        tests=(f"{_ONE_DOOR}::test_expired_after_settled_is_a_contradiction_that_a_person_looks_at",),
    ),
    Fault(
        name="an end may follow another end",
        hurts="A cancelled QR becomes an expired one, and the order is given up a second time.",
        file=_SETTLEMENT,
        old="        if state not in STEPS[attempt.state]:\n            return Outcome.NOTHING_NEW\n",
        new="",
        tests=(f"{_ONE_DOOR}::test_an_end_after_another_end_is_old_news",),
    ),
    Fault(
        name="late money opens no case",
        hurts="A guest paid a bill that was already given up, and nobody ever gives the money back.",
        file=_MONEY_IN,
        old="        _open_home(session, kind, order, attempt, report, at)\n",
        new="",
        tests=(
            f"{_LATE}::test_money_that_comes_after_the_order_was_cancelled_waits_on_the_managers_desk",
            f"{_LATE}::test_money_that_comes_after_the_order_expired_does_not_bring_it_back",
        ),
    ),
    Fault(
        name="late money brings an expired order back by itself",
        hurts="The kitchen cooks for a guest who left an hour ago, from portions that were sold to others.",
        file=_MONEY_IN,
        old="    waits = order.status is OrderStatus.AWAITING_PAYMENT and",
        new="    waits = order.status in {OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED} and",
        tests=(f"{_LATE}::test_money_that_comes_after_the_order_expired_does_not_bring_it_back",),
    ),
    Fault(
        name="the second QR of a paid order stays open",
        hurts="The QR on the other phone is paid as well.",
        file=_MONEY_IN,
        old="        other.close_for = CloseReason.PAID_ELSEWHERE\n",
        new="",
        tests=(f"{_LATE}::test_the_first_qr_paid_late_pays_the_order_and_the_second_is_closed_at_the_gateway",),
    ),
    Fault(
        name="the paid QR is read anew before it was written",
        hurts="What the gateway told of the payment is gone, and the paid QR is closed as another's.",
        file=_MONEY_IN,
        old="    if not by_the_open_one:\n",
        new="    if order.id:\n",
        tests=(_QRIS_PAID,),
    ),
    Fault(
        name="the flag does not follow the ledger",
        hurts="The money is in the books, and the diner's page goes on asking for it.",
        file=_MONEY_IN,
        old='    sync_payment_status(session, order)\n    tell_of(session, order, "attempt.settled"',
        new='    tell_of(session, order, "attempt.settled"',
        tests=("tests/services/test_qris_payment.py::test_a_paid_qr_confirms_the_order_and_stands_in_the_ledger_once",),
    ),
    Fault(
        name="any money makes an order paid",
        hurts="A bill that was given back in part still counts as paid in full.",
        file="core/orders/payment_status.py",
        old="credit.received > 0 and rest >= total",
        new="credit.received > 0 and rest > 0",
        tests=(f"{_NEWS}::test_a_refund_made_in_the_gateways_dashboard_is_followed_part_by_part",),
    ),
    Fault(
        name="a paid order has no kitchen ticket",
        hurts="The guest has paid and nobody cooks.",
        file="core/orders/steps.py",
        old="    write_at_once(session, Ticket(order_id=order.id, at=at))\n",
        new="",
        tests=("tests/services/test_qris_payment.py::test_a_paid_qr_confirms_the_order_and_stands_in_the_ledger_once",),
    ),
    Fault(
        name="a refund may be larger than the payment",
        hurts="The books give back money that never came.",
        file=_MONEY_OUT,
        old="not 0 < said.amount <= held_of(session, attempt.reference, Account.GATEWAY):",
        new="said.amount is None:",
        tests=(f"{_ONE_DOOR}::test_a_refund_that_cannot_be_one_is_put_before_a_person",),
    ),
    Fault(
        name="a refund is followed as often as it is listed",
        hurts="One refund of ten thousand takes ten thousand off the books at every look.",
        file=_MONEY_OUT,
        old="    if entry.stands:\n",
        new="    if said.amount < 0:\n",
        tests=(f"{_AGAIN}::test_a_refund_that_is_told_again_is_nothing_new",),
    ),
    Fault(
        name="an entry out of balance is sent",
        hurts="A wrong sum of ours is found by the database only, far from where it was made.",
        file="core/ledger/posting.py",
        old="    if not written or sum(line.amount for line in written) != 0:",
        new="    if not written:",
        tests=("tests/ledger/test_the_database_refuses.py::test_an_entry_out_of_balance_is_not_even_sent",),
    ),
    Fault(
        name="cash is taken while a QR is live",
        hurts="The bill is paid in notes at the counter and by the phone at the table.",
        file=_CASH,
        old="    if attempt is None or order.payment_method is PaymentMethod.CASH:",
        new="    if attempt is None or not is_vouched:",
        tests=(f"{_COUNTER}::test_a_live_qr_is_closed_at_the_gateway_before_cash_may_be_taken",),
    ),
    Fault(
        name="cash is taken without a shift",
        hurts="Notes go into a drawer that nobody counts.",
        file=_CASH,
        old="                raise NoOpenShift\n            self._post(session, order, shift.id, by)",
        new="                pass\n            self._post(session, order, shift.id if shift else 0, by)",
        tests=(f"{_COUNTER}::test_no_cash_goes_into_a_closed_drawer",),
    ),
    Fault(
        name="too little cash is enough",
        hurts="The drawer is short every evening.",
        file=_CASH,
        old="    if tendered < order.cash_total:",
        new="    if tendered < 0:",
        tests=(f"{_COUNTER}::test_too_little_cash_is_refused_and_nothing_is_written",),
    ),
    Fault(
        name="switching to cash does not wait for the gateway",
        hurts="The QR on the screen can still be paid while the cashier takes the notes.",
        file="core/services/payment_desk.py",
        old="        return attempt.qr_text is not None\n",
        new="        return False\n",
        tests=(f"{_COUNTER}::test_a_live_qr_is_closed_at_the_gateway_before_cash_may_be_taken",),
    ),
    Fault(
        name="a given up order keeps its portions",
        hurts="The last plates of the evening are held for somebody who has left.",
        file="core/services/closing.py",
        old="    release(session, order.id, at)\n",
        new="",
        tests=(
            f"{_COUNTER}::test_a_diner_cancels_and_the_portions_come_back",
            f"{_COUNTER}::test_an_unpaid_cash_order_gives_its_portions_back_in_the_end",
        ),
    ),
    Fault(
        name="the money of a voided order has no case",
        hurts="A paid order is cancelled, and nobody remembers that its guest must get the money back.",
        file="core/services/kitchen.py",
        old="            self._open_home(session, order, payment, left, reason)\n",
        new="            pass\n",
        tests=(f"{_LATE}::test_cancelling_a_paid_order_puts_its_money_on_the_desk",),
    ),
    Fault(
        name="whoever may cancel may void",
        hurts="A cashier cancels paid orders and keeps the money.",
        file="core/services/kitchen.py",
        old="        elif not may_void:\n",
        new="        elif not by:\n",
        tests=(f"{_LATE}::test_who_may_not_void_does_not_void_an_order_that_was_paid_this_moment",),
    ),
    Fault(
        name="orders expire before the gateway was asked",
        hurts="After a night without power every order that was paid meanwhile is given up.",
        file=_WORKER,
        old="        return over.where(~attempt.where(is_asked_about, _is_unanswered(since)).exists())\n",
        new="        return over\n",
        tests=(f"{_LATE}::test_nothing_expires_after_a_start_before_everything_was_asked_about",),
    ),
    Fault(
        name="nothing is looked at after a start",
        hurts="What was paid while the shop was down is found a day later, or never.",
        file=_WORKER,
        old=(
            "            session.execute(\n"
            "                update(Attempt).where(worth_a_look(now, watched), Attempt.lease.is_(None)).values(due_at=now)\n"
            "            )\n"
        ),
        new="",
        tests=(
            f"{_START}::test_what_was_paid_a_moment_ago_is_found_by_the_first_look_around",
            f"{_START}::test_late_money_of_the_last_hours_is_found_by_the_first_look_around",
        ),
    ),
    Fault(
        name="a lease is not proven",
        hurts="A process that slept past its lease writes over what another one has found out since.",
        file=_LEASES,
        old="    if row.lease != lease:",
        new="    if row is None:",
        tests=(f"{_TWO}::test_a_process_that_slept_past_its_lease_writes_nothing",),
    ),
    Fault(
        name="two processes may lease one attempt",
        hurts="Both make the QR, both ask, both write.",
        file=_QUEUE,
        old="    return due.with_for_update(skip_locked=True)",
        new="    return due",
        tests=("tests/payments/test_leases.py::test_a_row_that_another_process_is_just_taking_is_passed_over",),
    ),
    Fault(
        name="a leased row is still due",
        hurts="Every turn of the timer starts the same call again until all threads are busy with it.",
        file=_LEASES,
        old=(
            "    row.leased_until = now + LEASE\n"
            "    # A leased row is due when its lease ends, so that a wish for an earlier look shows.\n"
            "    row.due_at = now + LEASE\n"
        ),
        new="    row.leased_until = None\n",
        tests=("tests/payments/test_leases.py::test_what_is_in_one_hand_is_in_no_other_until_its_lease_runs_out",),
    ),
    Fault(
        name="a charge is made again on silence",
        hurts="The gateway has two QR codes of ours and we know of one.",
        file=_JOBS,
        old="        except UnknownToGateway:\n            if not may_charge:",
        new="        except (UnknownToGateway, GatewayUnavailable):\n            if not may_charge:",
        tests=(
            "tests/services/test_certain_charges.py"
            "::test_while_nobody_can_say_whether_a_charge_arrived_there_is_no_second_one",
        ),
    ),
    Fault(
        name="charges are not counted before they leave",
        hurts="A charge that never arrives is made for ever, and the diner is never told.",
        file=_LEASES,
        old="        attempt.charges_sent = 1\n",
        new="        pass\n",
        tests=(f"{_TROUBLE}::test_a_charge_that_never_arrives_ends_in_a_sentence_and_another_try_works",),
    ),
    Fault(
        name="a QR is closed without a second look",
        hurts="A payment that came while the QR was being closed is found late, after cash was taken.",
        file=_JOBS,
        old="            report = self.gateway.fetch_report(attempt.reference)\n            if report.state",
        new=(
            '            report = __import__("dataclasses").replace(report, state=GatewayState.CANCELLED)\n'
            "            if report.state"
        ),
        tests=("tests/services/test_paid_while_closing.py::test_a_payment_between_the_look_and_the_closing_wins",),
    ),
    Fault(
        name="an attempt that is over is forgotten at once",
        hurts="Money that comes an hour late without a notification is never found.",
        file="core/payments/schedule.py",
        old="    if attempt.final_at is None or (",
        new="    if attempt.final_at is not None or (",
        tests=(
            f"{_LATE}::test_late_money_without_a_notification_is_found_within_the_day",
            "tests/payments/test_schedule.py::test_one_that_ran_out_is_watched_ever_more_seldom",
        ),
    ),
    Fault(
        name="rows of money may be deleted",
        hurts="An order is deleted after its cash was taken, and the drawer seems right.",
        file=_GUARDS,
        old='        _refuse_on_sqlite(table, "DELETE", f"{table} are kept")\n        return\n',
        new="        return\n",
        tests=(f"{_STAY}::test_what_tells_of_money_is_never_deleted",),
    ),
    Fault(
        name="an attempt may change its amount",
        hurts="A slip of ours makes a paid attempt one of another amount, and the proof is gone.",
        file=_GUARDS,
        old='    _refuse("attempts", "UPDATE", "fixed", changed, "an attempt keeps its reference, amount and order")\n',
        new="    del changed\n",
        tests=(f"{_STAY}::test_an_attempt_stays_about_the_same_money",),
    ),
    Fault(
        name="a gateway order id may look like anything",
        hurts="An id that ends in a digit shares its signature with another payment.",
        file=_GUARDS,
        old='    _refuse_insert("attempts", misshapen, "no reference of ours")\n',
        new="    del misshapen\n",
        tests=(f"{_STAY}::test_a_gateway_order_id_of_another_shape_is_refused",),
    ),
    Fault(
        name="the database does not cap refunds",
        hurts="Two managers give the same money back at the same moment.",
        file=_GUARDS,
        old='"capped", over.format(others="r.id <> NEW.id AND"),',
        new='"capped", "1 = 0",',
        tests=(f"{_STAY}::test_no_refund_gives_back_more_than_came",),
    ),
)
