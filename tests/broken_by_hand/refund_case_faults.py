"""Faults about refunds that stand on the money desk: refused, unknown, or said to have gone back and not there."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_CASES = "core/payments/refund_cases.py"
_WORDS = "cashier/money_words.py"
_TOLD = "tests/cashier/test_contradictions.py"
_LOST = "core/services/lost_refunds.py"
_FOLLOW = "core/services/money_out.py"
_UNDONE = "tests/services/test_lost_refunds.py"
_MISSED = "tests/services/test_refused_refunds.py"
_COPIES = "tests/web/test_backups.py"

REFUND_CASE_FAULTS: Final = (
    Fault(
        name="a copy that is brought back sends the refunds it holds",
        hurts="One that was withdrawn since, and asked for anew, goes back twice.",
        file="core/services/old_books.py",
        old="hold_back_refunds(session, at))",
        new="())",
        tests=(f"{_COPIES}::test_a_refund_that_was_withdrawn_after_the_copy_is_not_sent_by_it",),
    ),
    Fault(
        name="a copy that is brought back sends again what had no answer in it",
        hurts="The bank refused it since, the guest was given cash, and gets the money once more.",
        file="core/services/restored_refunds.py",
        old="select(Refund.id).where(Refund.state == RefundState.ASKED)",
        new="select(Refund.id).where(Refund.state == RefundState.ASKED, Refund.first_sent_at.is_(None))",
        tests=(f"{_COPIES}::test_a_refund_without_an_answer_in_the_copy_is_not_sent_again_by_it",),
    ),
    Fault(
        name="a restore that dies when its copy may be served leaves nothing to ask",
        hurts="The power goes at that moment, the server starts by itself, and what left since is never heard of.",
        file="core/services/old_books.py",
        old="        session.execute(update(Attempt).where(_may_have_moved(books)).values(due_at=at + _LATER))\n",
        new="",
        tests=(f"{_COPIES}::test_a_restore_that_dies_once_its_copy_may_be_served_leaves_the_asking_to_the_server",),
    ),
    Fault(
        name="a copy counts as old as what is held back in it",
        hurts="A copy of last week is asked about as if it were of today, and a chargeback of that week is never heard of.",
        file="core/services/old_books.py",
        old="OldBooks(kept_at, at,",
        new="OldBooks(at, at,",
        tests=(f"{_COPIES}::test_a_refund_that_is_held_back_makes_an_old_copy_no_younger",),
    ),
    Fault(
        name="a copy that is brought back makes a QR a second time",
        hurts="A guest who cancelled hours ago has an order again, with a QR that can be paid.",
        file="core/services/old_books.py",
        old="        session.execute(uncharged.values(charges_sent=1))\n",
        new="",
        tests=(f"{_COPIES}::test_a_qr_that_was_made_after_the_copy_is_not_made_again",),
    ),
    Fault(
        name="a copy that is in place may be served before its refunds are held back",
        hurts="The power goes during a restore, the server starts by itself, and sends what went back long ago.",
        file="core/services/set_aside.py",
        old="    if mark is not None:\n        raise",
        new="    if mark is Mark.MOVED:\n        raise",
        tests=(f"{_COPIES}::test_a_restore_that_dies_before_its_end_leaves_a_database_that_nobody_serves",),
    ),
    Fault(
        name="a refund that came to nothing is put before nobody",
        hurts="The bank said no hours later, the guest has gone home without the money, and no screen says so.",
        file="core/services/refused_refunds.py",
        old="    miss_refund(session, order.outlet_id, refund, at=at)\n",
        new="",
        tests=(
            f"{_MISSED}::test_a_refund_that_the_bank_refuses_stands_on_the_desk_though_its_order_is_long_served",
            f"{_MISSED}::test_a_refund_of_which_nobody_knows_stands_on_the_desk",
        ),
    ),
    Fault(
        name="a refused refund stands on the desk for ever",
        hurts="The money went back another way, and the desk still tells the next manager to give it back.",
        file="core/services/money_back.py",
        old="    clear_refunds(session, outflow.payment, at=at)\n",
        new="",
        tests=(
            f"{_MISSED}::test_money_that_went_another_way_leaves_the_desk_by_itself",
            f"{_MISSED}::test_a_refund_that_is_listed_after_all_leaves_the_desk_by_itself",
        ),
    ),
    Fault(
        name="a part that went back is good for the whole",
        hurts="Of two refunds that were refused one is given in cash, and nobody is reminded of the other.",
        file=_CASES,
        old="(refund.state is not RefundState.REFUSED or not is_owed)",
        new="(refund.state is not RefundState.REFUSED or is_owed)",
        tests=(
            f"{_MISSED}::test_a_part_that_went_another_way_leaves_the_rest_on_the_desk",
            f"{_MISSED}::test_two_refused_parts_stand_on_the_desk_until_both_have_gone_back",
        ),
    ),
    Fault(
        name="money on the desk is put there a second time",
        hurts="One late payment makes two cards, and two people give it back.",
        file=_CASES,
        old="    if session.scalar(held.limit(1)) is None and _is_owed(",
        new="    if _is_owed(",
        tests=(f"{_MISSED}::test_money_that_a_case_holds_already_is_not_put_on_the_desk_twice",),
    ),
    Fault(
        name="one confirmation is good for every refund of a payment",
        hurts="The bank confirmed the first half, and nobody asks after the second any more.",
        file=_CASES,
        old="    return not _still_said_of(case, refunds_of_payment(session, case.reference), is_owed=is_owed)\n",
        new=(
            "    still = _still_said_of(case, refunds_of_payment(session, case.reference), is_owed=is_owed)\n"
            "    return len(still) < len(said_of(case))\n"
        ),
        tests=(f"{_MISSED}::test_two_unconfirmed_parts_leave_the_desk_when_both_are_confirmed",),
    ),
    Fault(
        name="a refused refund cannot be given back from its case",
        hurts="The desk says that the guest has no money, and shows no way to give it.",
        file="core/services/money_desk.py",
        old="    return not is_of_refused_refund(case) or case",
        new="    return is_of_refused_refund(case) or case",
        tests=(
            "tests/cashier/test_refunds_in_doubt.py"
            "::test_a_refused_refund_of_a_served_order_stands_on_the_money_desk_and_is_given_back_from_there",
        ),
    ),
    Fault(
        name="an undone refund adds to what an order received",
        hurts="The order has received its total twice, and every report of the day is too high.",
        file="core/ledger/queries.py",
        old="and_(Posting.amount > 0, Entry.kind != EntryKind.REFUND)",
        new="and_(Posting.amount > 0, Entry.kind != EntryKind.COUNT)",
        tests=(f"{_UNDONE}::test_of_a_part_only_the_part_is_undone",),
    ),
    Fault(
        name="an undone refund that is listed again is not posted again",
        hurts="The money went after all, and the books say for ever that it is here.",
        file="core/ledger/refund_entries.py",
        old="        undone += 1\n",
        new="        undone += 1\n        break\n    undone = 0\n",
        tests=(f"{_UNDONE}::test_listed_once_more_it_is_posted_once_more_under_a_name_of_its_own",),
    ),
    Fault(
        name="a refund that is undone stays silent when it goes from the list again",
        hurts="It vanished a second time, in the same words as before, and no person hears of it.",
        file=_CASES,
        old='        **({"undone": undone} if undone else {}),\n',
        new="",
        tests=(f"{_UNDONE}::test_gone_from_the_list_a_second_time_it_stands_on_the_desk_again_and_is_undone_again",),
    ),
    Fault(
        name="a gateway that goes on listing what its bank never made is believed again at once",
        hurts="The manager says that it did not go back, and a second later the books say that it did.",
        file=_FOLLOW,
        old="    if refund is not None and is_disbelieved(refund) and said.confirmed_at is None:\n",
        new="    if refund is not None and is_disbelieved(refund) and said.amount < 0:\n",
        tests=(f"{_UNDONE}::test_one_that_its_bank_never_confirmed_counts_again_when_it_is_confirmed_and_not_before",),
    ),
    Fault(
        name="what went back twice is confirmed as if there had been room for it",
        hurts="The database refuses it, and every further word about the payment is lost with it.",
        file=_FOLLOW,
        old="refund.state in WENT_BACK and _confirm(",
        new="_confirm(",
        tests=(f"{_UNDONE}::test_listed_after_its_money_was_given_in_cash_it_went_back_twice_and_the_loss_is_shown",),
    ),
    Fault(
        name="money that did not leave is on no desk",
        hurts="The late payment is here again, no card says so, and nobody can give it back.",
        file=_LOST,
        old="        if unapplied:\n",
        new="        if unapplied < 0:\n",
        tests=(f"{_UNDONE}::test_late_money_stands_on_its_desk_again_and_cooks_its_order_after_all",),
    ),
    Fault(
        name="an order that was cancelled since then has earned what came back",
        hurts="A cancelled order makes a sale, and its guest's money is on no desk.",
        file=_LOST,
        old="        if homeless:\n",
        new="        homeless = []\n        if homeless:\n",
        tests=(f"{_UNDONE}::test_an_order_cancelled_since_then_puts_what_came_back_on_the_desk",),
    ),
    Fault(
        name="money that never came comes back",
        hurts="The gateway took the whole payment back, and the books go on counting a part of it.",
        file=_LOST,
        old='        if is_posted(session, EntryKind.REVERSE, "gateway", refund.payment):\n',
        new='        if is_posted(session, EntryKind.REVERSE, "drawer", refund.payment):\n',
        tests=(f"{_UNDONE}::test_money_that_the_gateway_says_never_came_is_not_brought_back",),
    ),
    Fault(
        name="the gateway is not asked after a refund was undone",
        hurts="It lists the refund again, and the manager gives the money a second time.",
        file=_LOST,
        old="            want(attempt, self.clock())\n",
        new="",
        tests=(f"{_UNDONE}::test_listed_again_before_the_manager_says_so_it_counts_right_after",),
    ),
    Fault(
        name="no PIN is asked to undo a refund",
        hurts="Whoever finds the screen unlocked frees a refund that went out, and takes it in cash as well.",
        file="cashier/approval.py",
        old="    manager, key = approved(core, member, form.pin), form.refund\n",
        new="    manager, key = actor(member), form.refund\n",
        tests=(
            "tests/cashier/test_refunds_in_doubt.py::test_a_manager_says_on_its_page_that_a_refund_did_not_go_back",
        ),
    ),
    Fault(
        name="money of no order does not say how much it is",
        hurts="The card names a reference of 28 letters and no amount, and nobody looks for it.",
        file=_WORDS,
        old='        claimed=last.get("claimed"),\n',
        new="        claimed=None,\n",
        tests=(f"{_TOLD}::test_money_of_no_order_says_how_much_it_may_be_and_that_it_goes_back_in_the_dashboard",),
    ),
    Fault(
        name="money of no order shows no way back",
        hurts="The guest stands at the counter, and the page does not say that only the dashboard can give it back.",
        file="cashier/case_page.py",
        old="        if self.file.view.case.kind is CaseKind.UNMATCHED:\n",
        new="        if self.file.view.case.kind is CaseKind.BAD_QR:\n",
        tests=(f"{_TOLD}::test_money_of_no_order_says_how_much_it_may_be_and_that_it_goes_back_in_the_dashboard",),
    ),
    Fault(
        name="every contradiction reads alike",
        hurts="Another merchant's payment and a doubted one look the same, and the cashier does the same for both.",
        file=_WORDS,
        old="    return _CONTRADICTIONS.get(difference, usual)\n",
        new="    return usual\n",
        tests=(
            f"{_TOLD}::test_whatever_can_differ_has_words_of_its_own",
            f"{_TOLD}::test_a_contradiction_says_what_differs_and_how_much_it_is_about",
        ),
    ),
    Fault(
        name="who looks a refund up has no key to look for",
        hurts="The dashboard lists five refunds of five thousand, and the manager takes the wrong one.",
        file=_WORDS,
        old='        refund=said if is_of_refund else "",\n',
        new='        refund="",\n',
        tests=(f"{_TOLD}::test_a_refund_that_came_to_nothing_names_its_key_and_its_amount",),
    ),
)
