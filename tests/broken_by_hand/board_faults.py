"""Faults in what a board is sent, and in what it costs."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_KITCHEN = "tests/cashier/test_kitchen_changes.py"
_CHANGES = "tests/cashier/test_board_changes.py"
_SOUNDS = "tests/cashier/test_board_sounds.py"
_YEARS = "tests/services/test_years_of_orders.py::test_closed_orders_make_nothing_dearer"

BOARD_FAULTS: Final = (
    Fault(
        name="a slip stays as it is though its order has moved",
        hurts="The cashier starts an order that the kitchen has made, and never sees one that is ready.",
        file="cashier/slips.py",
        old="if self._there.get(uid) == slip else slip",
        new="if uid in self._there else slip",
        tests=(
            f"{_CHANGES}::test_a_screen_that_has_a_print_is_sent_what_has_changed_since",
            f"{_CHANGES}::test_whatever_print_a_screen_has_what_it_is_sent_makes_the_board",
        ),
    ),
    Fault(
        name="a screen with a print that nobody knows is sent changes all the same",
        hurts="After an hour without a line the board has holes where its orders should stand.",
        file="cashier/board_press.py",
        old="if one.name == there), None)",
        new="if one.name == there), tray.prints[0])",
        tests=(f"{_CHANGES}::test_who_names_no_print_or_one_that_nobody_knows_is_sent_everything",),
    ),
    Fault(
        name="slips are remembered by their order's number alone",
        hurts="A card says for ever how long its guest had waited when it was first printed.",
        file="cashier/slips.py",
        old="return Look(card.order, lane.key, card.minutes, age_of(card), card.rings)",
        new='return Look(card.order, lane.key, 0, "", card.rings)',
        tests=(f"{_CHANGES}::test_minutes_that_have_passed_are_news",),
    ),
    Fault(
        name="open orders are asked for in other words than their index's",
        hurts="After some years every look at the board reads every order there ever was.",
        file="core/orders/queries.py",
        old='return text(f"orders.{ON_THE_BOARD}")',
        new='return text(f"+orders.{ON_THE_BOARD}")',
        tests=(f"{_YEARS}[sqlite]",),
    ),
    Fault(
        name="the newest event is found by sorting all of them",
        hurts="Ten boards keep a processor busy with nothing but asking whether there is news.",
        file="core/migrations/versions/2026_11_30_boards_that_stay_quick.py",
        old='    op.create_index("ix_events_newest", "events", ["outlet_id", "id"])\n',
        new="",
        tests=(f"{_YEARS}[sqlite]",),
    ),
    Fault(
        name="cash is said aloud as QRIS",
        hurts="The cashier hears of a payment by QRIS that never came.",
        file="templates/cashier/_card.html",
        old='{% if order.payment_method == "qris" %}',
        new="{% if order %}",
        tests=(f"{_SOUNDS}::test_cash_is_not_said_the_cashier_has_it_in_hand",),
    ),
    Fault(
        name="a money case that comes back makes no sound",
        hurts="The bank takes the rest of a payment weeks later, and the board that was touched the first time is silent.",
        file="core/payments/cases.py",
        old="has not heard of this.\n            _tell_opened(session, known, at=at, by=GATEWAY)\n",
        new="",
        tests=("tests/cashier/test_board_sounds.py::test_a_money_case_that_was_settled_and_comes_back_sounds_again",),
    ),
    Fault(
        name="a ticket is remembered by its order alone",
        hurts="A cook strikes a line off, and it stands there as before; late orders stay green for ever.",
        file="cashier/tickets.py",
        old="if known is not None and known.made_of == card.looks:",
        new="if known is not None:",
        tests=(
            f"{_KITCHEN}::test_a_line_that_is_struck_off_changes_its_ticket_alone",
            f"{_KITCHEN}::test_minutes_that_have_passed_are_news",
        ),
    ),
    Fault(
        name="all screens of a kitchen share one print",
        hurts="The bar is shown what the kitchen has to cook, and the drinks are never made.",
        file="cashier/kitchen_press.py",
        old="self._tray((asking.outlet.id, language, look))",
        new='self._tray((asking.outlet.id, language, KitchenLook("", counts=False)))',
        tests=(f"{_KITCHEN}::test_who_names_no_print_or_one_of_another_station_is_sent_everything",),
    ),
    Fault(
        name="a kitchen's print is good as long as it is young",
        hurts="A cancelled order is cooked: for five seconds after each print nothing new is shown.",
        file="cashier/kitchen_press.py",
        old="return view.event >= event and timedelta()",
        new="return timedelta()",
        tests=(f"{_KITCHEN}::test_a_screen_that_has_a_print_is_sent_what_has_changed_since",),
    ),
)
