"""Faults at the desk: money that fits nothing, cash in doubt, voids, and whose PIN lets money go."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_DESK = "core/services/case_desk.py"
_CASES = "core/payments/cases.py"
_CASH = "core/services/cash_desk.py"
_KITCHEN = "core/services/kitchen.py"
_DOOR = "core/services/staff_door.py"
_FORMS = "cashier/approval.py"
_WAYS = "tests/services/test_ways_out.py"
_LATE = "tests/services/test_double_and_late_money.py"
_TAKEN = "tests/services/test_money_taken_back.py"
_STEPS = "tests/cashier/test_case_steps.py"
_SCREEN = "tests/cashier/test_refunds.py"
_PIN = "tests/cashier/test_whose_pin_counts.py"
_VOUCHED = f"{_WAYS}::test_cash_is_taken_on_a_managers_word_while_the_gateway_is_silent_and_the_double_is_found"

CASE_FAULTS: Final = (
    Fault(
        name="a late order is honoured without portions",
        hurts="The kitchen is sent an order for a dish that is sold out.",
        file=_DESK,
        old="            self._reserve_again(session, order)\n",
        new="",
        tests=(
            f"{_WAYS}::test_the_portions_of_a_late_order_are_taken_once_more",
            f"{_WAYS}::test_a_late_order_whose_portions_are_gone_is_not_cooked_and_its_money_stays_on_the_desk",
        ),
    ),
    Fault(
        name="money is used of which a bank took nobody knows how much",
        hurts="An order is cooked for money that the payer's bank has taken back.",
        file=_DESK,
        old="    if case.amount and loss_is_unknown(session, case.reference):\n        raise LossNotEntered\n",
        new="",
        tests=(f"{_TAKEN}::test_late_money_pays_nothing_before_somebody_has_entered_what_the_bank_took_of_it",),
    ),
    Fault(
        name="a bank that takes more is not asked about how much",
        hurts="The second part that a bank took stays in the books as if it were there, and is given back as well.",
        file="core/services/money_out.py",
        old="""        case.details = case.details | {"took_more": True}\n""",
        new="        pass\n",
        tests=(
            f"{_TAKEN}::test_what_a_bank_takes_on_top_is_asked_for_again",
            f"{_STEPS}::test_a_bank_that_takes_more_is_asked_about_once_more_on_the_page",
        ),
    ),
    Fault(
        name="a case is put back on the desk in silence",
        hurts="The board shows no trouble, and the money waits until somebody happens to look.",
        file=_CASES,
        old="        _tell_opened(session, case, at=at, by=GATEWAY)\n",
        new="",
        tests=(f"{_TAKEN}::test_what_a_bank_takes_on_top_is_asked_for_again",),
    ),
    Fault(
        name="a cancelled order may be honoured",
        hurts="The kitchen cooks what the guest has cancelled.",
        file="core/services/money_desk.py",
        old="    return order.status is OrderStatus.EXPIRED and case.amount >= order.total > 0\n",
        new="    return order.paid_at is None and case.amount >= order.total > 0\n",
        tests=(f"{_WAYS}::test_a_cancelled_order_never_comes_back",),
    ),
    Fault(
        name="a case pays any table's order",
        hurts="The money of one guest buys the dinner of another.",
        file=_DESK,
        old="            if (target := beside.get(order_uid)) is None:\n",
        new="            if (target := beside.get(order_uid) or order_by_uid(session, order_uid)) is None:\n",
        tests=(f"{_WAYS}::test_another_tables_order_is_not_paid_with_it",),
    ),
    Fault(
        name="too little money pays an order",
        hurts="An order of forty thousand is cooked for seven.",
        file=_DESK,
        old="            if due_from(case, target) > case.amount:\n",
        new="            if due_from(case, target) < 0:\n",
        tests=(f"{_WAYS}::test_money_that_is_too_little_pays_nothing",),
    ),
    Fault(
        name="a case keeps the money it has paid with",
        hurts="The same late payment buys dinner after dinner.",
        file=_DESK,
        old="        case.amount -= due\n",
        new="",
        tests=(
            f"{_WAYS}::test_an_expired_order_is_cooked_after_all",
            f"{_WAYS}::test_what_the_next_order_does_not_cost_stays_in_the_case_and_goes_back",
        ),
    ),
    Fault(
        name="the QR of an order that a case has paid stays open",
        hurts="The guest pays on the phone what the cashier has paid from the desk.",
        file=_DESK,
        old="        close_other_qr(session, order, at=now)\n",
        new="",
        tests=(f"{_WAYS}::test_the_same_guests_next_order_is_paid_with_it_and_its_qr_is_closed",),
    ),
    Fault(
        name="money is used while it is on its way back",
        hurts="The guest has both the money and the dinner; or it is written off, and arrives in the guest's wallet.",
        file=_DESK,
        old="    if case.amount and under_way is not None:\n",
        new="    if case.amount < 0 and under_way is not None:\n",
        tests=(f"{_WAYS}::test_nothing_is_done_with_money_that_is_on_its_way_back",),
    ),
    Fault(
        name="a case may be settled twice",
        hurts="Two people with one case both give its money away.",
        file=_DESK,
        old="    if case.settled_at is not None:\n        raise CaseClosed\n",
        new="",
        tests=(
            f"{_WAYS}::test_money_that_nobody_claims_is_written_off_with_a_reason",
            f"{_STEPS}::test_a_page_that_is_older_than_the_case_changes_nothing",
        ),
    ),
    Fault(
        name="another outlet's case can be settled",
        hurts="A manager of one branch writes off the money of another.",
        file=_DESK,
        old="    if known.outlet_id != outlet_id:\n",
        new="    if known.outlet_id < 0:\n",
        tests=(
            f"{_WAYS}::test_another_outlets_case_is_unknown",
            f"{_STEPS}::test_another_outlets_money_is_nobodys_here",
        ),
    ),
    Fault(
        name="another outlet's case can be read",
        hurts="Whoever has an address reads what another branch's guests paid, and gives it back.",
        file="core/services/money_desk.py",
        old="            if case.outlet_id != outlet_id:\n",
        new="            if case.outlet_id < 0:\n",
        tests=(
            f"{_WAYS}::test_another_outlets_case_is_unknown",
            f"{_STEPS}::test_another_outlets_money_is_nobodys_here",
        ),
    ),
    Fault(
        name="a loss may be larger than the payment",
        hurts="A slip of the finger loses a month's takings in the books.",
        file=_DESK,
        old="        if not 0 <= lost <= left:\n",
        new="        if lost < 0:\n",
        tests=(f"{_WAYS}::test_what_a_partial_chargeback_took_is_entered_by_a_person",),
    ),
    Fault(
        name="a loss is entered for any case",
        hurts="Money is declared lost that no bank has taken, and taken home.",
        file=_DESK,
        old=" or case.kind is not CaseKind.CHARGEBACK:",
        new=":",
        tests=(f"{_WAYS}::test_a_loss_is_entered_for_a_chargeback_only",),
    ),
    Fault(
        name="a settled case stays settled whatever comes",
        hurts="The bank takes the rest of a payment as well, and nobody is told.",
        file=_CASES,
        old="    case.settled_at = None\n",
        new="",
        tests=(
            "tests/services/test_cases_that_come_back.py"
            "::test_a_bank_that_takes_the_rest_as_well_opens_the_settled_case_again",
        ),
    ),
    Fault(
        name="a case that opens again names the order before",
        hurts="The desk sends the manager to a guest who was paid long ago, and the true one waits.",
        file=_CASES,
        old="            known.order_id = order_id\n",
        new="            pass\n",
        tests=(
            "tests/services/test_cases_that_come_back.py"
            "::test_money_that_loses_its_order_a_second_time_stands_on_the_desk_again",
        ),
    ),
    Fault(
        name="the same words make the same trouble new",
        hurts="Each copy of a message puts a case back on the desk that somebody has settled.",
        file=_CASES,
        old="    return amount != 0 or details not in [",
        new="    return amount == 0 or details not in [",
        tests=(f"{_LATE}::test_the_same_contradiction_again_opens_no_second_case",),
    ),
    Fault(
        name="a case does not know when its money can no longer go back",
        hurts="Seven days pass unseen, and the guest's money cannot be returned.",
        file=_CASES,
        old="        deadline_at=terms_of(attempt, at).until if attempt and amount else None,\n",
        new="",
        tests=(
            f"{_WAYS}::test_the_money_whose_window_closes_first_comes_first",
            f"{_STEPS}::test_under_a_day_the_list_and_the_board_say_so_in_words_and_red",
        ),
    ),
    Fault(
        name="cash in doubt needs no manager",
        hurts="A cashier takes notes for a bill that was paid by phone, and keeps the difference.",
        file=_CASH,
        old="    if is_vouched and is_in_doubt(attempt):\n",
        new="    if is_in_doubt(attempt):\n",
        tests=(_VOUCHED, f"{_SCREEN}::test_cash_while_the_gateway_is_silent_needs_a_managers_pin"),
    ),
    Fault(
        name="a manager's word is enough for a QR that could be closed",
        hurts="The bill is paid twice, where one question to the gateway would have prevented it.",
        file=_CASH,
        old="    if is_vouched and is_in_doubt(attempt):\n",
        new="    if is_vouched:\n",
        tests=(_VOUCHED, f"{_SCREEN}::test_while_the_gateway_answers_no_pin_takes_cash_for_a_live_qr"),
    ),
    Fault(
        name="cash in doubt opens no case",
        hurts="The QR turns out to have been paid as well, and nobody had an eye on it.",
        file=_CASH,
        old="            if doubtful is not None and vouched_by is not None:\n",
        new="            if doubtful is not None and vouched_by is None:\n",
        tests=(_VOUCHED, f"{_SCREEN}::test_cash_while_the_gateway_is_silent_needs_a_managers_pin"),
    ),
    Fault(
        name="a doubt is not cleared when the QR is over",
        hurts="The desk fills with doubts that ended long ago, and the true one is overlooked.",
        file="core/services/closing.py",
        old="    clear_doubt(session, attempt, at=at)\n",
        new="",
        tests=(f"{_WAYS}::test_the_doubt_ends_by_itself_when_the_qr_was_never_paid",),
    ),
    Fault(
        name="a doubt is not cleared when the double comes",
        hurts="One double stands on the desk as two troubles, and is given back twice.",
        file="core/services/money_in.py",
        old="        clear_doubt(session, attempt, at=at)\n",
        new="",
        tests=(_VOUCHED,),
    ),
    Fault(
        name="a voided order keeps its service and tax",
        hurts="Tax is paid for food that was never served.",
        file=_KITCHEN,
        old="order_id=order.id) for account in SALES_SIDE]",
        new="order_id=order.id) for account in SALES_SIDE[:1]]",
        tests=("tests/services/test_voids.py::test_a_voided_order_has_earned_nothing",),
    ),
    Fault(
        name="a voided order's case holds no money",
        hurts="The desk shows trouble without an amount, and the guest gets nothing back.",
        file=_KITCHEN,
        old="            amount=amount,\n",
        new="",
        tests=(f"{_LATE}::test_cancelling_a_paid_order_puts_its_money_on_the_desk",),
    ),
    Fault(
        name="a step may be taken back at any time",
        hurts="An order that was served an hour ago stands before the cook again.",
        file=_KITCHEN,
        old="            if self.clock() - order.moved_at > UNDO_WITHIN:\n",
        new="            if self.clock() < order.moved_at - UNDO_WITHIN:\n",
        tests=("tests/cashier/test_board.py::test_after_eight_seconds_the_step_stands_and_nobody_offers_to_undo_it",),
    ),
    Fault(
        name="any PIN lets money go",
        hurts="Whoever stands at the screen types six digits and empties the drawer.",
        file=_DOOR,
        old="PIN.fullmatch(pin) and pin_fits(self.key(), one.pin_hash, pin)), None)",
        new="PIN.fullmatch(pin)), None)",
        tests=(f"{_STEPS}::test_a_wrong_pin_is_said_beside_its_field_and_what_was_typed_stays",),
    ),
    Fault(
        name="any member's PIN lets money go",
        hurts="A cashier gives money back by her own word.",
        file=_DOOR,
        old=" if may(one, right) and one.pin_hash]",
        new=" if one.pin_hash]",
        tests=(f"{_SCREEN}::test_a_refused_form_stands_on_a_page_of_its_own_that_does_not_reload",),
    ),
    Fault(
        name="wrong PINs are not counted",
        hurts="A million PINs are tried in an afternoon.",
        file=_DOOR,
        old="        self.limits.enter(lane)\n        with self.db.read() as session:\n            members",
        new="        with self.db.read() as session:\n            members",
        tests=(f"{_STEPS}::test_five_wrong_pins_lock_the_form_for_a_while",),
    ),
    Fault(
        name="another outlet's manager may allow",
        hurts="A PIN of one branch moves the money of every other.",
        file=_DOOR,
        old="for one in members_of_outlet(session, asker.outlet_id) if may",
        new="for one in session.query(StaffMember).filter_by(is_active=True) if may",
        tests=(f"{_PIN}::test_the_pin_of_another_outlets_manager_allows_nothing_here",),
    ),
    Fault(
        name="the PIN of somebody who was let go still counts",
        hurts="A manager who was dismissed gives money away on a friend's screen.",
        file="core/staff/queries.py",
        old="StaffMember.outlet_id == outlet_id, StaffMember.is_active)",
        new="StaffMember.outlet_id == outlet_id)",
        tests=(f"{_PIN}::test_the_pin_of_a_manager_who_was_let_go_allows_nothing_any_more",),
    ),
    Fault(
        name="no PIN is asked for to withdraw a refund",
        hurts="Whoever finds the screen unlocked stops what a manager has promised the guest.",
        file=_FORMS,
        old="    by = approved(core, member, form.pin)\n    core.refunds.withdraw(",
        new="    by = actor(member)\n    core.refunds.withdraw(",
        tests=(
            "tests/cashier/test_refunds_in_doubt.py"
            "::test_a_refund_that_has_not_gone_out_is_withdrawn_from_the_orders_desk_with_a_managers_pin",
        ),
    ),
    Fault(
        name="no PIN is asked for a refund",
        hurts="Whoever finds the screen unlocked gives money back.",
        file=_FORMS,
        old="    amount = read_amount(form.amount)\n    by = approved(core, member, form.pin)\n",
        new="    amount = read_amount(form.amount)\n    by = actor(member)\n",
        tests=(
            f"{_STEPS}::test_a_wrong_pin_is_said_beside_its_field_and_what_was_typed_stays",
            f"{_SCREEN}::test_a_refused_form_stands_on_a_page_of_its_own_that_does_not_reload",
        ),
    ),
    Fault(
        name="no PIN is asked to close a case",
        hurts="A cashier writes a guest's money off.",
        file="cashier/case_steps.py",
        old="    by = approved(hand.core, hand.member, form.pin)\n",
        new="    by = actor(hand.member)\n",
        tests=(f"{_STEPS}::test_five_wrong_pins_lock_the_form_for_a_while",),
    ),
    Fault(
        name="who brought a refund to the manager is forgotten",
        hurts="Every refund bears the manager's name, and nobody sees who keeps asking for them.",
        file=_FORMS,
        old="        asked_by=actor(member),\n",
        new="",
        tests=(f"{_STEPS}::test_a_manager_allows_it_on_the_cashiers_screen_and_both_names_are_kept",),
    ),
    Fault(
        name="another outlet's order may be refunded",
        hurts="A manager of one branch gives back what another branch sold.",
        file="cashier/who.py",
        old="    if page.order.outlet_id != member.outlet_id:\n",
        new="    if page.order.outlet_id < 0:\n",
        tests=("tests/cashier/test_board.py::test_another_outlets_order_is_not_found",),
    ),
)
