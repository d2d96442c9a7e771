"""Faults between the phones of one table: who belongs to a party, what it shares, and what its code keeps out."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_PARTIES = "tests/services/test_parties.py"
_AT_ONCE = "tests/services/test_parties_at_once.py"
_SITTINGS = "core/orders/sittings.py"
_LINES = "core/services/basket_lines.py"
_STICKERS = "core/services/sticker_round.py"
_ROUND = "tests/services/test_sticker_round.py"

PARTY_FAULTS: Final = (
    Fault(
        name="wrong codes are not counted",
        hurts="A picture of the sticker and ten thousand tries open any table.",
        file=_SITTINGS,
        old="    sitting.wrong_codes += 1\n",
        new="",
        tests=(f"{_PARTIES}::test_guessing_a_code_is_heard_a_few_times_and_then_not_even_when_right",),
    ),
    Fault(
        name="a wrong code is counted in the order's own transaction",
        hurts="The order is undone, the count with it, and a program guesses for ever.",
        file="core/services/checkout.py",
        old="                count_wrong_code(session, table_by_token(session, table_token), self.clock())\n",
        new="                pass\n",
        tests=(f"{_PARTIES}::test_guessing_a_code_is_heard_a_few_times_and_then_not_even_when_right",),
    ),
    Fault(
        name="a phone stays let in when its party has left",
        hurts="Yesterday's guest orders to today's table from home.",
        file=_SITTINGS,
        old="    visit.is_let_in = visit.shares = False\n",
        new="    visit.shares = False\n",
        tests=(f"{_PARTIES}::test_the_code_of_one_party_is_worth_nothing_to_the_next",),
    ),
    Fault(
        name="a party that left keeps its baskets",
        hurts="The next guest at the table orders what the last one left.",
        file=_SITTINGS,
        old="    session.execute(delete(BasketLine).where(BasketLine.visit_id.in_(phones)))\n",
        new="",
        tests=(f"{_PARTIES}::test_a_party_that_staff_saw_leave_takes_nothing_of_it_along",),
    ),
    Fault(
        name="a basket is not locked",
        hurts="What is being ordered at one table is brought to another, and cooked for both.",
        file=_LINES,
        old="    session.scalar(select(Visit.id).where(Visit.id == basket_of(session, visit).id).with_for_update())\n",
        new="",
        tests=(f"{_AT_ONCE}::test_what_is_being_ordered_at_one_table_is_not_brought_to_another",),
    ),
    Fault(
        name="a party is not locked",
        hurts="An order at the moment the table is cleared is that of a party which has left.",
        file=_SITTINGS,
        old="_AT_TABLE_LOCKED = _AT_TABLE.with_for_update().execution_options(populate_existing=True)",
        new="_AT_TABLE_LOCKED = _AT_TABLE",
        tests=(
            f"{_AT_ONCE}::test_an_order_while_the_table_is_cleared_belongs_to_a_party_that_is_there_or_is_not_placed",
        ),
    ),
    Fault(
        name="a code is drawn anew for each guess",
        hurts="Where nobody sits yet, wrong codes are never counted, and one of ten thousand opens the table.",
        file=_SITTINGS,
        old="    sitting = sat_down(session, table, at)\n    if sitting is None:\n",
        new="    sitting = sitting_at(session, table, at)\n    if sitting is None:\n",
        tests=(f"{_PARTIES}::test_a_code_is_not_drawn_anew_for_each_guess_where_nobody_sits_yet",),
    ),
    Fault(
        name="an answer brings a party back",
        hurts="The call that nobody heard last night seats today's guests with yesterday's.",
        file="core/services/floor_desk.py",
        old="            if has_left(session, sitting, now):\n",
        new="            if now < sitting.opened_at:\n",
        tests=(f"{_PARTIES}::test_yesterdays_call_answered_today_brings_nobody_back",),
    ),
    Fault(
        name="late money pays for whoever sits there now",
        hurts="The money of a guest who has left settles the bill of a stranger.",
        file="core/orders/queries.py",
        old="if order.sitting_id is None else Order.sitting_id == order.sitting_id",
        new="",
        tests=(f"{_PARTIES}::test_only_the_same_party_counts_as_sitting_together_when_money_looks_for_an_order",),
    ),
    Fault(
        name="anybody who looks sees what a table ordered",
        hurts="A stranger with the address reads what guests eat and owe.",
        file="core/services/parties.py",
        old="if sitting is not None and is_in and not needs_code else ()",
        new="if sitting is not None else ()",
        tests=(f"{_PARTIES}::test_a_partys_phones_have_numbers_and_their_orders_stand_together",),
    ),
    Fault(
        name="a sticker is ours when our address stands somewhere in it",
        hurts="A stranger's address that holds ours is called genuine, and the guests at that table pay the stranger.",
        file=_STICKERS,
        old="        if not _same_place(address, ours) or not address.path.startswith(stem):",
        new="        if self.base_url not in said:",
        tests=(f"{_ROUND}::test_what_leads_elsewhere_is_not_ours_however_it_looks",),
    ),
    Fault(
        name="a sticker is judged without what nobody sees in it",
        hurts="An address with an invisible letter in it leads elsewhere, and is called genuine.",
        file=_STICKERS,
        old="self._judge(session, outlet_id, said.strip())",
        new="self._judge(session, outlet_id, text)",
        tests=(f"{_ROUND}::test_what_leads_elsewhere_is_not_ours_however_it_looks",),
    ),
    Fault(
        name="a table that staff opened counts as ordered from",
        hurts="Its sticker leads to a stranger, and it looks as busy as the others because guests are seated there.",
        file="core/orders/silent_tables.py",
        old=", Sitting.phones > 0)",
        new=")",
        tests=(f"{_ROUND}::test_a_table_that_nobody_orders_from_while_the_others_are_busy_is_shown",),
    ),
)
