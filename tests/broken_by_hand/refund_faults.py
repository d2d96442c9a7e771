"""Faults where money goes back: asked for, sent, answered, counted out of the drawer, followed in the books."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_ASK = "core/services/refunds.py"
_OFFER = "core/services/refund_offer.py"
_SEND = "core/services/refund_jobs.py"
_RULES = "core/payments/refund_rules.py"
_MIDTRANS = "core/gateways/midtrans.py"
_BACK = "core/services/money_back.py"
_OUT = "core/services/money_out.py"
_SUMS = "core/ledger/queries.py"
_REFUNDS = "tests/services/test_refunds.py"
_ONCE = "tests/services/test_asked_once.py"
_ENDLESS = "tests/services/test_refunds_without_an_end.py"
_WITHDRAWN = "tests/services/test_withdrawn_refunds.py"
_WAYS = "tests/services/test_ways_out.py"
_TAKEN = "tests/services/test_money_taken_back.py"
_DESK = "tests/cashier/test_refunds.py"
_TERMS = "tests/payments/test_refund_rules.py"
_CODES = "tests/gateways/test_midtrans.py::test_each_code_of_a_refund_means_one_thing"
_SILENCE = f"{_REFUNDS}::test_a_refund_without_an_answer_is_looked_up_and_goes_back_once"
_REFUSED = """\
        if code in _REFUND_REFUSALS:
            raise GatewayRefused(_REFUND_REFUSALS[code])
        if code != 200:
"""
_TAKEN_FOR_SUCCESS = """\
        if code in _REFUND_REFUSALS and code != 202:
            raise GatewayRefused(_REFUND_REFUSALS[code])
        if code not in {200, 202}:
"""
_TOLD = "tests/services/test_told_again.py"

REFUND_FAULTS: Final = (
    Fault(
        name="that a refund is sent is not noted before the call",
        hurts="After a week without an answer it is sent with a key the gateway has forgotten, and goes back twice.",
        file="core/payments/leases.py",
        old="        refund.first_sent_at = now\n",
        new="        pass\n",
        tests=(f"{_REFUNDS}::test_after_a_week_without_an_answer_nobody_asks_with_a_key_the_gateway_has_forgotten",),
    ),
    Fault(
        name="a refund is sent for ever with its old key",
        hurts="The gateway remembers a key for seven days: on the eighth the money goes back a second time.",
        file=_SEND,
        old="        if not is_unsent and first is not None and self.clock() > first + SAME_KEY_FOR:\n",
        new="        if not is_unsent and first is not None and self.clock() < first:\n",
        tests=(f"{_REFUNDS}::test_after_a_week_without_an_answer_nobody_asks_with_a_key_the_gateway_has_forgotten",),
    ),
    Fault(
        name="a refund that no look tells of is never given up",
        hurts="The account was changed, and the guest's money can go back by no way at all, for ever.",
        file=_SEND,
        old="        if self.clock() > since + SAME_KEY_FOR:\n",
        new="        if self.clock() < since:\n",
        tests=(f"{_ENDLESS}::test_a_refund_whose_status_cannot_be_read_lets_go_of_its_money_after_six_days",),
    ),
    Fault(
        name="six days of a refund are counted from when it was written down",
        hurts="A refund that went out a moment ago is given up, and cash is offered for what is on its way.",
        file=_SEND,
        old="        since = refund.seen_at if was_not_sent else refund.first_sent_at or refund.seen_at\n",
        new="        since = refund.seen_at\n",
        tests=(
            f"{_ENDLESS}::test_six_days_are_counted_from_the_first_sending_of_a_refund_that_waited_for_the_gateway",
        ),
    ),
    Fault(
        name="a sent refund counts as never sent when its payment is unknown afterwards",
        hurts="The manager withdraws what has gone out, and gives it back a second time.",
        file=_SEND,
        old="                was_not_sent = False\n",
        new="",
        tests=(f"{_ENDLESS}::test_a_refund_that_was_sent_counts_as_sent_though_its_payment_is_unknown_a_moment_later",),
    ),
    Fault(
        name="an unconfirmed refund is forgotten",
        hurts="The bank never paid it out, the guest waits, and nobody in the house knows.",
        file=_SEND,
        old="        if mine.state is RefundState.ACCEPTED and mine.due_at is None:\n",
        new="        if mine.state is RefundState.ASKED and mine.due_at is None:\n",
        tests=(f"{_ENDLESS}::test_a_refund_that_the_bank_never_confirms_is_put_before_a_person_once",),
    ),
    Fault(
        name="a refund that goes from the gateway's list is not missed",
        hurts="The gateway took its refund back, and the books go on saying that the guest has the money.",
        file="core/payments/missing_refunds.py",
        old="(not report.refunds and report.state is not GatewayState.SETTLED)",
        new="not report.refunds",
        tests=(f"{_ENDLESS}::test_a_refund_that_goes_from_the_gateways_list_is_put_before_a_person",),
    ),
    Fault(
        name="a refund that is listed late is never looked at",
        hurts="The bank confirms it, and the desk says for ever that it has not.",
        file="core/payments/schedule.py",
        old="    is_over = now >= refund.seen_at + REFUND_WATCHED and refund.tries > 0\n",
        new="    is_over = now >= refund.seen_at + REFUND_WATCHED\n",
        tests=(f"{_ENDLESS}::test_a_refund_that_is_listed_after_more_than_two_weeks_is_asked_about_all_the_same",),
    ),
    Fault(
        name="a refund that was sent may be withdrawn",
        hurts="The gateway sends the money, and the manager counts it out of the drawer as well.",
        file=_RULES,
        old="and refund.first_sent_at is None and refund.lease is None\n",
        new="\n",
        tests=(
            f"{_WITHDRAWN}::test_a_refund_that_may_have_gone_out_cannot_be_withdrawn",
            f"{_WITHDRAWN}::test_a_refund_that_the_worker_has_in_hand_cannot_be_withdrawn",
        ),
    ),
    Fault(
        name="a refund is withdrawn without its lock",
        hurts="The worker takes it at the same moment: it is withdrawn here, and goes out all the same.",
        file=_ASK,
        old="            refund = refund_for_update(session, known.id)\n",
        new="            refund = known\n",
        tests=(f"{_WITHDRAWN}::test_who_withdraws_while_the_worker_takes_it_waits_and_is_told_that_it_is_out",),
    ),
    Fault(
        name="a withdrawn refund counts as refused by the gateway",
        hurts="Asking and withdrawing turns any QRIS payment into cash.",
        file=_RULES,
        old="        elif refund.state is RefundState.REFUSED and refund.refused_for != WITHDRAWN:\n",
        new="        elif refund.state is RefundState.REFUSED:\n",
        tests=(f"{_WITHDRAWN}::test_withdrawing_a_refund_is_no_way_to_cash",),
    ),
    Fault(
        name="another house's refund can be withdrawn",
        hurts="Whoever knows a key stops the refunds of another restaurant.",
        file=_ASK,
        old="            if order.outlet_id != outlet_id:\n",
        new="            if order.outlet_id == -outlet_id:\n",
        tests=(f"{_WITHDRAWN}::test_nobody_withdraws_another_houses_refund_nor_one_that_there_is_not",),
    ),
    Fault(
        name="cash is given for a refund of which nobody knows",
        hurts="It had gone back long ago, and the drawer pays it a second time.",
        file=_OFFER,
        old="    if offer.is_in_doubt and not looked_up:\n",
        new="    if False:\n",
        tests=(f"{_ENDLESS}::test_nothing_more_goes_back_before_somebody_has_looked_up_what_nobody_knows",),
    ),
    Fault(
        name="one refused part allows cash for all of it",
        hurts="A thousand rupiah that a bank refused open the drawer for the whole payment.",
        file=_OFFER,
        old="or amount <= self.refused or",
        new="or self.refused > 0 or",
        tests=(f"{_ENDLESS}::test_one_refused_part_allows_no_cash_for_the_rest_of_the_payment",),
    ),
    Fault(
        name="what was refused is never given back",
        hurts="The same refusal opens the drawer again and again.",
        file=_RULES,
        old="            left = max(0, left - refund.amount)\n",
        new="            left = max(0, left)\n",
        tests=(f"{_ENDLESS}::test_one_refused_part_allows_no_cash_for_the_rest_of_the_payment",),
    ),
    Fault(
        name="a refund gets a new key at each try",
        hurts="A lost answer gives the money back twice.",
        file=_SEND,
        old="RefundRequest(refund.payment, refund.refund_key, refund.amount, refund.reason)",
        new='RefundRequest(refund.payment, f"R{self.clock():%H%M%S%f}", refund.amount, refund.reason)',
        tests=(_SILENCE, f"{_REFUNDS}::test_a_whole_payment_goes_back_and_the_bank_confirms_it"),
    ),
    Fault(
        name="a refund is sent again without a look first",
        hurts="Only the gateway's memory of the key stands between the restaurant and a double refund.",
        file=_SEND,
        old="            if self._look(refund).is_asked and self._may_be_sent(refund, is_unsent=is_unsent):\n",
        new="            if self._may_be_sent(refund, is_unsent=is_unsent):\n",
        tests=(f"{_ONCE}::test_a_refund_that_the_gateway_lists_is_not_sent_again",),
    ),
    Fault(
        name="a refund without an answer is given up",
        hurts="The gateway has sent the money, the books say it has not, and it is paid out in cash as well.",
        file=_SEND,
        old="        if self.clock() > since + SAME_KEY_FOR:\n",
        new="        if self.clock() > since:\n",
        tests=(_SILENCE,),
    ),
    Fault(
        name="a refund that the bank refused counts as accepted",
        hurts="The guest is told that the money is on its way, and it never comes.",
        file=_MIDTRANS,
        old=_REFUSED,
        new=_TAKEN_FOR_SUCCESS,
        tests=(_CODES, f"{_REFUNDS}::test_a_denied_refund_moves_nothing_and_may_be_paid_out_in_cash"),
    ),
    Fault(
        name="a key that was used before counts as a refusal",
        hurts="Our own earlier refund went through, is called refused, and is paid out in cash as well.",
        file=_MIDTRANS,
        old="        if code == 406:\n            raise AlreadyRefunded\n",
        new='        if code == 406:\n            raise GatewayRefused("state")\n',
        tests=(_CODES,),
    ),
    Fault(
        name="without enough at the gateway nobody says so",
        hurts="The refund is sent every minute of the day, and the manager is never told to top the balance up.",
        file=_MIDTRANS,
        old='_REFUND_REFUSALS: Final = {**_REFUSALS, 414: "amount"}',
        new="_REFUND_REFUSALS: Final = {**_REFUSALS}",
        tests=(_CODES, f"{_REFUNDS}::test_without_enough_at_the_gateway_the_refund_says_so"),
    ),
    Fault(
        name="a refund that is unclear is believed refused without a look",
        hurts="A refund whose answer was lost is called refused when it is sent again.",
        file=_SEND,
        old="            if seen.is_asked and (not seen.is_refundable or seen.tries >= _ASKED_ENOUGH):\n",
        new="            if seen.is_asked:\n",
        tests=(f"{_REFUNDS}::test_a_gateway_that_will_not_and_does_not_say_why_is_believed_after_a_while",),
    ),
    Fault(
        name="what went back before is not counted",
        hurts="A payment is given back in parts until more went back than came.",
        file=_OFFER,
        old="    if not 0 < amount <= offer.left:\n",
        new="    if not 0 < amount <= offer.brought:\n",
        tests=(f"{_REFUNDS}::test_parts_that_add_up_to_more_than_was_paid_are_refused",),
    ),
    Fault(
        name="the cap does not count what is being asked for",
        hurts="While ten thousand are on their way the desk still offers them.",
        file=_OFFER,
        old="min(there - asked, brought - gone_back(session, payment, with_asked=True))",
        new="min(there, brought - gone_back(session, payment, with_asked=False))",
        tests=(f"{_ONCE}::test_what_is_being_asked_for_is_not_offered_a_second_time",),
    ),
    Fault(
        name="two refunds of one payment may be under way",
        hurts="A lost answer of the one is taken for the other, and nobody knows how much went back.",
        file=_OFFER,
        old="    if offer.under_way is not None:\n",
        new="    if offer.under_way is not None and offer.left < 0:\n",
        tests=(_SILENCE, f"{_DESK}::test_a_second_refund_waits_for_the_first"),
    ),
    Fault(
        name="a refund does not lock its payment",
        hurts="Two managers, each with another order that the money belonged to, give it back at the same moment.",
        file=_ASK,
        old="            lock_payment(session, chosen)\n",
        new="",
        tests=(f"{_ONCE}::test_two_managers_who_come_by_two_orders_meet_at_the_payment",),
    ),
    Fault(
        name="the key of a refund's form holds nothing back",
        hurts="A form that is sent twice gives the money back twice.",
        file=_ASK,
        old="                if earlier != refund_key:\n",
        new="                if earlier == key:\n",
        tests=(f"{_REFUNDS}::test_the_same_tap_twice_is_one_refund",),
    ),
    Fault(
        name="a refund that was written down is never sent",
        hurts="The guest was promised the money, and it stays where it is.",
        file=_ASK,
        old="                refund.due_at = (offer.terms.asleep_until if offer.terms else None) or now\n",
        new="                refund.due_at = offer.terms.asleep_until if offer.terms else None\n",
        tests=(f"{_REFUNDS}::test_a_whole_payment_goes_back_and_the_bank_confirms_it",),
    ),
    Fault(
        name="ShopeePay is asked in its night",
        hurts="A refund of after midnight is refused, and the guest is sent away with nothing.",
        file=_ASK,
        old="                refund.due_at = (offer.terms.asleep_until if offer.terms else None) or now\n",
        new="                refund.due_at = now\n",
        tests=(f"{_DESK}::test_in_shopeepays_night_a_refund_is_written_down_and_goes_out_at_six",),
    ),
    Fault(
        name="the refund window is ignored",
        hurts="A refund is promised that the gateway will refuse, and cash is not offered.",
        file=_OFFER,
        old="        return self.terms is not None and self.now > self.terms.until\n",
        new="        return False\n",
        tests=(f"{_REFUNDS}::test_the_window_of_the_payers_wallet_is_known_before_anybody_asks",),
    ),
    Fault(
        name="every wallet has GoPay's window",
        hurts="A DANA refund of the second week is promised and refused.",
        file=_RULES,
        old="_OFF_US: Final = timedelta(days=7)",
        new="_OFF_US: Final = timedelta(days=45)",
        tests=(
            f"{_TERMS}::test_the_window_and_the_parts_depend_on_who_paid_whom",
            f"{_REFUNDS}::test_the_window_of_the_payers_wallet_is_known_before_anybody_asks",
        ),
    ),
    Fault(
        name="a part is asked of a wallet that takes none",
        hurts="The refund is refused hours later, when the guest has gone.",
        file=_OFFER,
        old="    elif not offer.takes_parts and amount != offer.brought:\n",
        new="    elif not offer.takes_parts and amount > offer.brought:\n",
        tests=(f"{_REFUNDS}::test_a_wallet_that_gives_back_everything_or_nothing",),
    ),
    Fault(
        name="QRIS money may always go back in cash",
        hurts="A guest's friend behind the counter turns other people's payments into notes.",
        file=_OFFER,
        old="        if not offer.by_drawer(amount):\n",
        new="        if amount < 0:\n",
        tests=(f"{_REFUNDS}::test_cash_is_no_way_around_the_gateway",),
    ),
    Fault(
        name="a cash refund does not leave the drawer",
        hurts="The drawer is short by every refund, and the books say the gateway paid it.",
        file=_ASK,
        old="            from_account=Account.DRAWER,\n",
        new="            from_account=Account.GATEWAY,\n",
        tests=(f"{_REFUNDS}::test_a_cash_bill_is_given_back_from_the_drawer",),
    ),
    Fault(
        name="a cash refund stands in no shift",
        hurts="The shift's count is short, and the cashier is blamed.",
        file=_ASK,
        old="            shift_id=shift.id,\n",
        new="",
        tests=(f"{_REFUNDS}::test_a_cash_bill_is_given_back_from_the_drawer",),
    ),
    Fault(
        name="more cash goes back than the drawer holds",
        hurts="The books show a drawer below zero.",
        file=_ASK,
        old="        if refund.amount > sum(drawer_sums(session, shift.id).values()):\n",
        new="        if refund.amount < 0:\n",
        tests=(f"{_REFUNDS}::test_no_cash_without_a_shift_nor_from_an_empty_drawer",),
    ),
    Fault(
        name="the double's refund is taken from what paid the order",
        hurts="A guest who paid twice gets the wrong money back, and the paid order counts as unpaid.",
        file=_OFFER,
        old="    for case in beside:\n",
        new="    for case in beside[:0]:\n",
        tests=(f"{_REFUNDS}::test_the_double_is_returned_and_the_order_stays_paid",),
    ),
    Fault(
        name="what was sold goes back before what belongs to no order",
        hurts="The change of a credited payment is given back, and the order it paid is unpaid.",
        file=_SUMS,
        old="key=lambda pot: (pot.is_sold, pot.order_id or 0)",
        new="key=lambda pot: (not pot.is_sold, pot.order_id or 0)",
        tests=(f"{_WAYS}::test_what_the_next_order_does_not_cost_stays_in_the_case_and_goes_back",),
    ),
    Fault(
        name="a refund that was believed refused is not followed",
        hurts="The money went back after all, and the books go on counting it.",
        file=_OUT,
        old="refund.state in {RefundState.ASKED, RefundState.REFUSED}",
        new="refund.state in {RefundState.ASKED}",
        tests=(f"{_REFUNDS}::test_a_refund_that_was_believed_refused_and_was_made_after_all_is_followed",),
    ),
    Fault(
        name="a refund that the dashboard has overtaken stays asked for",
        hurts="The wish for money that is gone stops the worker, and every other refund waits.",
        file=_OUT,
        old="    _give_up_what_no_longer_fits(session, order, attempt, at)\n",
        new="",
        tests=(
            "tests/state/test_found_by_stories.py"
            "::test_a_refund_that_the_dashboard_has_overtaken_is_given_up_and_the_worker_goes_on",
        ),
    ),
    Fault(
        name="a double way back is not shown as a loss",
        hurts="Cash and the dashboard gave it back twice, and no person is ever told.",
        file=_OUT,
        old="    if refund is None:\n        # It was given back in cash before",
        new="    if said.amount < 0:\n        # It was given back in cash before",
        tests=(f"{_REFUNDS}::test_cash_and_the_dashboard_together_give_it_back_twice_and_the_loss_is_shown",),
    ),
    Fault(
        name="written-off money is paid out of what guests are owed",
        hurts="One guest's refund is taken from the money that waits for another.",
        file=_BACK,
        old="    unapplied = min(homeless, -held_of(session, outflow.payment, Account.UNAPPLIED))\n",
        new="    unapplied = homeless\n",
        tests=(f"{_WAYS}::test_written_off_money_that_goes_back_after_all_is_taken_from_what_was_written_off",),
    ),
    Fault(
        name="a refund leaves its case open",
        hurts="The money has gone back, and the next manager gives it back once more.",
        file=_BACK,
        old="    if unapplied:\n",
        new="    if unapplied < 0:\n",
        tests=(f"{_REFUNDS}::test_the_double_is_returned_and_the_order_stays_paid",),
    ),
    Fault(
        name="a chargeback is posted each time it is told",
        hurts="One lost dispute is written off three times.",
        file=_OUT,
        old=(
            "    whole = report.state is GatewayState.CHARGED_BACK\n"
            "    left = held_of(session, attempt.reference, Account.GATEWAY)\n"
        ),
        new=(
            "    whole = report.state is GatewayState.CHARGED_BACK\n    left = brought_by(session, attempt.reference)\n"
        ),
        tests=(f"{_TAKEN}::test_a_chargeback_told_again_takes_nothing_more",),
    ),
    Fault(
        name="a partial chargeback takes the whole payment",
        hurts="Nine thousand were lost, and the books lose all of it.",
        file=_OUT,
        old="    if not whole or left == 0:\n        return True\n",
        new="    if left == 0:\n        return True\n",
        tests=(f"{_WAYS}::test_what_a_partial_chargeback_took_is_entered_by_a_person",),
    ),
    Fault(
        name="a chargeback counts as a refund",
        hurts="What the bank took is shown as given away by the manager.",
        file=_BACK,
        old="EntryKind.CHARGEBACK: Account.LOSSES}",
        new="EntryKind.CHARGEBACK: Account.REFUNDS}",
        tests=(f"{_TAKEN}::test_a_chargeback_is_a_loss_and_a_case_and_the_order_lives_on",),
    ),
    Fault(
        name="a reversal leaves the order paid",
        hurts="The gateway took the money back, and the kitchen goes on for nothing.",
        file=_OUT,
        old="    if amount > 0:\n        outflow = Outflow(",
        new="    if amount < 0:\n        outflow = Outflow(",
        tests=(f"{_TAKEN}::test_a_denial_after_the_settlement_makes_the_order_unpaid_and_rings",),
    ),
    Fault(
        name="what did not last counts as received",
        hurts="An order whose payment was taken back is shown as refunded, as though the guest had been paid.",
        file=_SUMS,
        old="_UNDONE = case((Entry.kind == EntryKind.REVERSE, Posting.amount), else_=0)\n",
        new="_UNDONE = case((Entry.kind == EntryKind.REVERSE, 0), else_=0)\n",
        tests=(f"{_TAKEN}::test_a_denial_after_the_settlement_makes_the_order_unpaid_and_rings",),
    ),
    Fault(
        name="a reversal is undone as often as it is told",
        hurts="Each copy of the message opens the trouble anew.",
        file=_OUT,
        old='    if is_posted(session, EntryKind.REVERSE, "gateway", attempt.reference):\n        return False\n',
        new="",
        tests=(
            "tests/services/test_cases_that_come_back.py"
            "::test_a_reversal_that_somebody_has_dealt_with_stays_so_however_often_it_is_told",
        ),
    ),
    Fault(
        name="a payment that was undone is believed when it is told again",
        hurts="A message that comes late makes an order paid for which nobody has the money.",
        file="core/services/settlement.py",
        old="        if attempt.problem == REVERSED:\n",
        new="        if attempt.problem == attempt.reference:\n",
        tests=(f"{_TAKEN}::test_what_the_gateway_says_of_money_it_took_back_needs_a_person",),
    ),
    Fault(
        name="refunds that are listed count beside the sum that told of them",
        hurts="The gateway gave back ten thousand, the books say twenty, and the day does not add up.",
        file="core/services/told_refunds.py",
        old="    news = [said for said in listed if said not in parts]\n",
        new="    news = list(listed)\n",
        tests=(f"{_TOLD}::test_refunds_that_were_told_as_a_sum_and_are_listed_then_are_no_new_ones",),
    ),
    Fault(
        name="a sum is found again in the first that fits",
        hurts="A new refund is taken for an old one, the old one is posted a second time, and the books say too much.",
        file="core/services/told_refunds.py",
        old="        if whole is not None:\n",
        new="        if whole is None:\n",
        tests=(f"{_TOLD}::test_a_sum_is_found_again_in_what_comes_to_it_and_not_in_what_merely_fits",),
    ),
    Fault(
        name="a refund of ours is never a part of a sum",
        hurts="It was posted with the sum, and is posted again when the gateway lists it.",
        file="core/services/told_refunds.py",
        old="if one.state in WENT_BACK or is_disbelieved(one)}",
        new="}",
        tests=(f"{_TOLD}::test_what_was_told_as_a_sum_with_a_refund_of_ours_in_it_is_counted_once_when_it_is_listed",),
    ),
    Fault(
        name="a refund of ours is as large as the sum that names it",
        hurts="Two thousand were asked for, three are booked, and the guest's other thousand is booked as well.",
        file="core/services/told_refunds.py",
        old="    if ours is None or left <= ours.amount:\n",
        new="    if ours is None or left:\n",
        tests=(f"{_TOLD}::test_a_sum_that_names_a_refund_of_ours_makes_it_no_larger_than_it_was_asked_for",),
    ),
    Fault(
        name="what goes beyond a refund of ours is taken for it as well",
        hurts="The dashboard gave back as much again, and it is in no book.",
        file="core/services/told_refunds.py",
        old="_as_ours(unnamed, one)",
        new="_as_ours(known, one)",
        tests=(f"{_TOLD}::test_a_sum_that_names_a_refund_of_ours_makes_it_no_larger_than_it_was_asked_for",),
    ),
    Fault(
        name="a sum under one refund's key is that refund alone",
        hurts="The refunds before it are posted a second time as soon as the gateway lists them.",
        file="core/services/told_refunds.py",
        old=" + _too_much_under_one_name(known, listed)",
        new="",
        tests=(f"{_TOLD}::test_a_sum_under_the_key_of_its_last_refund_is_found_again_in_all_that_are_listed",),
    ),
    Fault(
        name="a sum without a name is never a refund of ours",
        hurts="The refund that a manager asked for is posted under two names, and counts twice.",
        file="core/services/told_refunds.py",
        old="if not said.is_nameless:",
        new="if True:",
        tests=(f"{_TOLD}::test_a_sum_without_a_name_is_the_refund_of_ours_that_it_fits",),
    ),
    Fault(
        name="a sum stays unconfirmed though all of its refunds are",
        hurts="A day later the desk says that the bank never made a refund which the guest has long had.",
        file="core/services/told_refunds.py",
        old="    if parts and sum(said.amount for said in parts) == room and",
        new="    if False and",
        tests=(f"{_TOLD}::test_a_sum_is_confirmed_when_all_that_it_was_made_of_are",),
    ),
    Fault(
        name="cash from the drawer is a part of the gateway's sum",
        hurts="A refund in the gateway's dashboard is taken for the cash that was given before, and is in no book.",
        file="core/services/told_refunds.py",
        old=" if refund.way is RefundWay.GATEWAY]",
        new="]",
        tests=(
            f"{_TOLD}::test_what_was_given_in_cash_is_no_part_of_the_gateways_sum",
            f"{_TOLD}::test_a_part_that_is_not_listed_is_put_before_a_person_though_cash_went_back",
        ),
    ),
    Fault(
        name="one slip of the gateway ends the watch that a word began",
        hurts="A payment that was told of comes an hour later, and nobody looks any more.",
        file="core/services/forgotten_attempts.py",
        old="earliest(next_look(attempt, now), next_look_for_words(session, attempt.reference, words, now))",
        new="next_look(attempt, now)",
        tests=(
            f"{_TAKEN}::test_a_slip_of_the_gateway_does_not_end_the_watch_that_a_word_of_refund_began",
            f"{_TAKEN}::test_a_slip_of_the_gateway_does_not_end_the_watch_that_a_word_of_payment_began",
        ),
    ),
)
