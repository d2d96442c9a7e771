"""Faults in reading settlement files, and in comparing them with the books."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_FILES = "tests/services/test_settlement_files.py"
_AT_ONCE = "tests/services/test_settlement_files_at_once.py"
_READING = "tests/settlements/test_reading.py"
_REFUNDS = "tests/services/test_settlement_refunds.py"
_MATCH = "core/services/settlement_match.py"
_JUDGING = "core/settlements/judging.py"
_LEFT = "core/ledger/history.py"

SETTLEMENT_FAULTS: Final = (
    Fault(
        name="a mark may divide thousands and begin decimals in one file",
        hurts="28.000 is twenty-eight thousand in one row and twenty-eight in another, and nobody is told.",
        file="core/settlements/amounts.py",
        old="        self._must_mean_the_same(found, row, column)\n",
        new="",
        tests=(
            "tests/settlements/test_amounts_and_days.py"
            "::test_a_mark_that_divides_thousands_here_and_begins_decimals_there_is_refused",
        ),
    ),
    Fault(
        name="what a formula last came to is believed",
        hurts="A workbook says whatever its author likes, until somebody opens it.",
        file="core/settlements/xlsx_parts.py",
        old='            return Formula(text or "=")\n',
        new="            return Number(text)\n",
        tests=(f"{_READING}::test_a_formula_is_not_worked_out_nor_is_what_it_last_came_to_believed",),
    ),
    Fault(
        name="a settlement workbook may declare entities",
        hurts="Three lines of XML unfold to gigabytes, and the shop stands still.",
        file="core/settlements/xlsx_parts.py",
        old="        self._parser.StartDoctypeDeclHandler = self._declares\n",
        new="",
        tests=(f"{_READING}::test_xml_that_no_spreadsheet_writes_is_refused",),
    ),
    Fault(
        name="a settlement workbook may unpack to anything",
        hurts="A hundred kilobytes fill the memory in the middle of the evening.",
        file="core/settlements/xlsx_rows.py",
        old="                if self._left < 0:\n",
        new="                if False:\n",
        tests=(f"{_READING}::test_what_unpacks_to_far_more_than_it_is_is_put_out_before_it_fills_the_memory",),
    ),
    Fault(
        name="a settlement archive may list parts without end",
        hurts="A list of a hundred thousand names is read into memory before anything is looked at.",
        file="core/settlements/xlsx_rows.py",
        old="or length > _LONGEST_LIST or",
        new="or False or",
        tests=(f"{_READING}::test_an_archive_with_more_parts_than_any_workbook_is_not_even_listed",),
    ),
    Fault(
        name="the amount of a settlement file is not compared",
        hurts="The gateway pays out less than the guest paid, and the file is said to agree.",
        file=_JUDGING,
        old="    if held.settled != line.gross:\n",
        new="    if False:\n",
        tests=(f"{_FILES}::test_another_amount_is_a_break_and_changes_nothing",),
    ),
    Fault(
        name="a fee is as it is",
        hurts="The gateway takes twice the rate of the shop's class for a year.",
        file=_JUDGING,
        old="    if not _is_about(fee, expected, within=_ROUNDED):\n",
        new="    if False:\n",
        tests=(f"{_FILES}::test_the_fee_of_each_class_agrees_and_half_a_percent_more_does_not",),
    ),
    Fault(
        name="a payment is listed in two payouts unseen",
        hurts="The gateway takes the second payout back a month later, and nobody knows why.",
        file=_JUDGING,
        old="    return IN_PAYOUT if is_paid_out_twice else None\n",
        new="    return None\n",
        tests=(f"{_FILES}::test_a_payment_in_two_payouts_is_a_break",),
    ),
    Fault(
        name="the same settlement file is taken in twice",
        hurts="Two managers press the button, and every difference stands there twice.",
        file="core/services/settlement_files.py",
        old="            if (known := file_by_digest(session, outlet_id, digest)) is not None:\n",
        new="            if (known := file_by_digest(session, outlet_id, digest)) is not None and not outlet:\n",
        tests=(
            f"{_AT_ONCE}::test_the_same_file_from_two_managers_at_once_is_one_import",
            f"{_AT_ONCE}::test_a_file_that_another_has_taken_in_while_it_was_read_is_one_import",
        ),
    ),
    Fault(
        name="two settlement files are compared at once",
        hurts="Neither sees the other: a payment in two payouts agrees in both.",
        file="core/services/settlement_files.py",
        old='with_for_update={"key_share": True}',
        new="with_for_update=None",
        tests=(f"{_AT_ONCE}::test_two_payouts_at_once_that_list_one_payment_do_not_overlook_each_other",),
    ),
    Fault(
        name="a settlement file that came in while another was judged is overlooked",
        hurts="A payment in two payouts agrees in both, as the two files came in the same second.",
        file="core/services/settlement_files.py",
        old="            if newest_file_id(session, outlet_id) != look.newest:\n",
        new="            if False:\n",
        tests=(
            f"{_AT_ONCE}::test_a_file_that_comes_in_while_another_is_judged_is_not_overlooked",
            f"{_AT_ONCE}::test_two_payouts_at_once_that_list_one_payment_do_not_overlook_each_other",
        ),
    ),
    Fault(
        name="nobody may write while a settlement file is judged",
        hurts="On SQLite every order, and every word of the gateway, waits for seconds behind a month's file.",
        file="core/services/settlement_files.py",
        old="        with self.db.read() as session:\n            outlet = _outlet(session.get(Outlet, outlet_id))\n"
        "            return",
        new="        with self.db.write() as session:\n            outlet = _outlet(session.get(Outlet, outlet_id))\n"
        "            return",
        tests=(f"{_AT_ONCE}::test_orders_are_taken_while_a_file_is_judged",),
    ),
    Fault(
        name="nobody may write while what is still open is judged again",
        hurts="The more differences nobody has explained, the longer a file of one line keeps everybody waiting.",
        file="core/services/settlement_files.py",
        old="            with self.db.read() as session:\n                outlet = _outlet(",
        new="            with self.db.write() as session:\n                outlet = _outlet(",
        tests=(f"{_AT_ONCE}::test_orders_are_taken_while_what_is_still_open_is_judged_again",),
    ),
    Fault(
        name="what came into the books while its file was judged stays missing",
        hurts="The money came in that very second, and the file is said to list what the books do not hold.",
        file="core/services/settlement_files.py",
        old="            self._compare(outlet_id, open_ones)\n",
        new="            del open_ones\n",
        tests=(f"{_AT_ONCE}::test_money_that_comes_while_its_file_is_judged_is_not_said_to_be_missing",),
    ),
    Fault(
        name="the gateway is not asked about what its file says",
        hurts="A guest's money is listed, and never comes into the books.",
        file=_MATCH,
        old="            want(attempt, at, due_at=min(attempt.due_at or soonest, soonest))\n",
        new="            del soonest\n",
        tests=(f"{_FILES}::test_money_of_a_qr_that_was_given_up_long_ago_is_found_by_it",),
    ),
    Fault(
        name="the money desk is not told of strange payments in a file",
        hurts="Money came that nobody knows of, and it stands where nobody looks.",
        file=_MATCH,
        old="        _tell_the_desk(session, file.outlet_id, unknown, at)\n",
        new="        pass\n",
        tests=(f"{_FILES}::test_money_of_no_attempt_of_ours_is_a_break_and_stands_on_the_money_desk",),
    ),
    Fault(
        name="another restaurant's file fills the money desk",
        hurts="Thousands of cases that nobody can ever settle hide the one that matters.",
        file=_MATCH,
        old="    if len(unknown) <= max(FEW, len(judged.known)):\n",
        new="    if True:\n",
        tests=(
            f"{_FILES}::test_a_file_that_is_mostly_unknown_stands_on_the_money_desk_as_one_case_and_does_not_bury_it",
        ),
    ),
    Fault(
        name="a file that is mostly unknown is kept from the money desk",
        hurts="An evening that a restore has lost is a dozen differences on a page, and nobody has to look after them.",
        file=_MATCH,
        old="        _tell_of_the_file(session, file, unknown, at)\n",
        new="        pass\n",
        tests=(
            f"{_FILES}::test_a_file_that_is_mostly_unknown_stands_on_the_money_desk_as_one_case_and_does_not_bury_it",
        ),
    ),
    Fault(
        name="what differs in one file makes another one known",
        hurts="While a dozen fees are to be explained, another restaurant's file fills the money desk after all.",
        file=_MATCH,
        old="    if len(unknown) <= max(FEW, len(judged.known)):\n",
        new="    is_open = SettlementBreak.state == BreakState.OPEN\n"
        "    if len(unknown) <= max(FEW, len(session.scalars(select(SettlementBreak).where(is_open)).all())):\n",
        tests=(f"{_FILES}::test_what_is_open_of_another_file_does_not_make_a_strange_one_known",),
    ),
    Fault(
        name="a difference that a person has explained comes back",
        hurts="Each comparison brings back what the manager has looked up and closed.",
        file=_MATCH,
        old="    if one.state is BreakState.CLOSED:\n",
        new="    if False:\n",
        tests=(f"{_FILES}::test_a_manager_closes_what_is_explained_and_it_stays_closed",),
    ),
    Fault(
        name="a settlement file may speak of days that are still to come",
        hurts="One typing error in a year, and every later payment is said to be missing before it is exported.",
        file="core/settlements/span.py",
        old="        if day > today + _AHEAD:\n",
        new="        if False:\n",
        tests=(
            f"{_FILES}::test_a_day_that_is_still_to_come_keeps_the_file_out_and_no_later_payment_is_missed_by_it",
            "tests/settlements/test_days_of_a_file.py"
            "::test_tomorrow_may_have_begun_at_the_gateway_and_no_later_day_has",
        ),
    ),
    Fault(
        name="a settlement file may speak of any number of days",
        hurts="A day and a month change places in one row, and nine months of payments are said to be missing.",
        file="core/settlements/span.py",
        old="            if abs((day - other[0]).days) > FARTHEST_APART:\n",
        new="            if False:\n",
        tests=(
            "tests/settlements/test_days_of_a_file.py"
            "::test_a_day_and_a_month_that_changed_places_are_found_in_either_direction",
        ),
    ),
    Fault(
        name="a settlement file speaks of the days of its refunds",
        hurts="A payment of the first and its refund of the tenth, and all payments between are said to be missing.",
        file="core/settlements/reading.py",
        old="            came=kind is LineKind.PAYMENT,\n",
        new="            came=kind is not LineKind.OTHER,\n",
        tests=(
            f"{_REFUNDS}::test_a_refund_of_a_later_day_makes_no_payment_between_missing",
            "tests/settlements/test_days_of_a_file.py"
            "::test_the_day_of_a_refund_is_none_of_which_a_file_speaks_whoevers_it_is",
        ),
    ),
    Fault(
        name="a file of refunds alone speaks of their day",
        hurts="The bank's list of what went back says that every payment of that day is missing.",
        file="core/settlements/reading.py",
        old="        return newest, newest - timedelta(days=1)\n",
        new="        return newest, newest\n",
        tests=(
            f"{_REFUNDS}::test_by_a_file_of_refunds_alone_nothing_is_missing_though_another_file_speaks_of_its_day",
        ),
    ),
    Fault(
        name="half a day is judged as a whole one",
        hurts="Each evening every payment since the export is said to be missing.",
        file="core/services/settlement_missing.py",
        old="    unlisted = _unlisted(session, outlet, files, today - timedelta(days=1))\n",
        new="    unlisted = _unlisted(session, outlet, files, today)\n",
        tests=(f"{_FILES}::test_a_day_that_is_not_over_is_not_judged_and_is_when_the_next_file_comes",),
    ),
    Fault(
        name="what a later file lists is missed for ever",
        hurts="Payments on the edge of a day are said to be missing although the next file has them.",
        file="core/services/settlement_missing.py",
        old="            settle_break(one, None, at)\n",
        new="            pass\n",
        tests=(f"{_FILES}::test_a_payment_of_a_day_that_is_over_is_missed_until_a_file_lists_it",),
    ),
    Fault(
        name="a payment that was undone is missed in the file",
        hurts="The gateway is asked for money that it has rightly not paid out.",
        file="core/ledger/queries.py",
        old="        .where(Entry.kind.in_((EntryKind.SETTLE, EntryKind.REVERSE)))\n",
        new="        .where(Entry.kind.in_((EntryKind.SETTLE,)))\n",
        tests=(f"{_FILES}::test_a_payment_that_the_gateway_undid_is_missed_by_nobody",),
    ),
    Fault(
        name="what no file lists lowers no percentage",
        hurts="A file with half of the payments is said to agree by a hundred percent.",
        file="core/services/settlement_reports.py",
        old="        whole = self.payments + self.missing\n",
        new="        whole = self.payments\n",
        tests=(f"{_FILES}::test_a_payment_of_a_day_that_is_over_is_missed_until_a_file_lists_it",),
    ),
    Fault(
        name="a payment that is listed as given back agrees",
        hurts="The file says that money went back, the books know nothing of it, and the page says 100 %.",
        file="core/services/settlement_reports.py",
        old="    told_of = (SettlementBreak.state != BreakState.CLEARED, SettlementBreak.line_id.in_(payments))\n",
        new="    told_of = (SettlementBreak.state != BreakState.CLEARED, SettlementBreak.line_id.in_(payments),\n"
        "               SettlementBreak.kind != BreakKind.UNKNOWN_REFUND)\n",
        tests=(f"{_FILES}::test_a_payment_listed_as_given_back_that_we_did_not_give_back_is_a_break",),
    ),
    Fault(
        name="a whole refund agrees with any part of it",
        hurts="The gateway gave everything back, our books a thousand of it, and the page says 100 %.",
        file=_JUDGING,
        old="1 if went_in_part(line.said) else line.gross\n",
        new="1\n",
        tests=(
            f"{_REFUNDS}::test_a_whole_refund_in_the_file_and_a_part_in_our_books_is_a_break_until_the_rest_has_gone",
        ),
    ),
    Fault(
        name="what a bank took in parts is compared as one sum",
        hurts="A difference that is none never ends, and the gateway is asked about it at each import.",
        file=_LEFT,
        old="        .group_by(Posting.payment, Entry.id)\n        .order_by(Entry.id)\n",
        new="        .group_by(Posting.payment)\n",
        tests=(f"{_REFUNDS}::test_a_bank_that_took_two_parts_agrees_with_a_file_that_lists_both",),
    ),
    Fault(
        name="what went back in parts must not stand in one line",
        hurts="A bank takes the rest as well, the file says so in one line, and it is never known again.",
        file=_JUDGING,
        old="    elif gross == sum(left):\n",
        new="    elif False:\n",
        tests=(f"{_REFUNDS}::test_what_went_in_parts_may_stand_in_one_line_of_the_file_and_once_only",),
    ),
    Fault(
        name="what went back twice is no refund of our books",
        hurts="The loss stands in the ledger, and its line in the file is a difference for ever.",
        file=_LEFT,
        old="        .where(Entry.kind.in_((EntryKind.REFUND, EntryKind.CHARGEBACK)))\n",
        new="        .where(Entry.kind.in_((EntryKind.REFUND, EntryKind.CHARGEBACK)), Posting.order_id.is_not(None))\n",
        tests=(f"{_REFUNDS}::test_what_went_back_twice_and_is_a_loss_agrees_and_nobody_is_asked_about_it",),
    ),
    Fault(
        name="a refund that did not go is compared as one that did",
        hurts="The guest has nothing, the file says that everything went back, and both are said to agree.",
        file=_LEFT,
        old='            left[payment or ""].remove(int(amount))\n',
        new="            pass\n",
        tests=(
            f"{_REFUNDS}::test_a_refund_that_did_not_go_after_all_is_in_our_books_no_longer_until_it_goes_once_more",
        ),
    ),
    Fault(
        name="the page says that somebody is asked about a strange refund",
        hurts="The manager waits for an answer to a question that nobody has put.",
        file="cashier/settlement_words.py",
        old='            "compare again in a moment. About one that is not ours nobody is asked: '
        "look it up in Midtrans's dashboard.\"\n",
        new='            "compare again in a moment."\n',
        tests=("tests/cashier/test_settlements.py::test_of_a_refund_that_is_not_ours_nobody_is_said_to_be_asked",),
    ),
    Fault(
        name="a cashier explains differences away",
        hurts="Whoever took the money says why it is missing.",
        file="cashier/who.py",
        old="_with(Right.MATCH_SETTLEMENTS)",
        new="_with(Right.SEE_HISTORY)",
        tests=("tests/cashier/test_settlements.py::test_a_cashier_sees_nothing_of_it",),
    ),
    Fault(
        name="each settlement file is compared as if there were no other",
        hurts="A refund that nobody told of is listed the week after one of the same sum, and is taken for that one.",
        file=_JUDGING,
        old=" or _is_one_more(line, held, refunds):",
        new=":",
        tests=(
            f"{_REFUNDS}::test_a_second_refund_of_one_sum_in_another_days_file_is_a_break_and_a_second_export_is_none",
        ),
    ),
)
