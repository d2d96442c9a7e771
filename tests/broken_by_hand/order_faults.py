"""Faults between the menu and the order: prices, portions, numbers, keys, days."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_CROWDS = "tests/services/test_crowds.py"
_STOCK = "core/menu/stock.py"
_ONCE = "core/orders/once.py"
_CLOCK = "core/base/clock.py"

ORDER_FAULTS: Final = (
    Fault(
        name="the browser names the price",
        hurts="A diner who edits a form eats for one rupiah.",
        file="core/services/checkout.py",
        old="        raise PriceChanged(priced, wish.expected_total)\n",
        new='        object.__setattr__(priced, "total", wish.expected_total)\n',
        tests=(f"{_CROWDS}::test_a_changed_price_is_told_before_anything_is_ordered",),
    ),
    Fault(
        name="no limit for one QR",
        hurts="The diner stands before a QR that no wallet will pay.",
        file="core/services/checkout.py",
        old="priced.total > QRIS_LIMIT",
        new="priced.total > QRIS_LIMIT * 100",
        tests=(f"{_CROWDS}::test_more_than_ten_million_cannot_be_paid_by_one_qr_but_in_cash",),
    ),
    Fault(
        name="any number of unpaid orders",
        hurts="One phone empties the kitchen's portions without paying for any.",
        file="core/services/checkout.py",
        old="len(unpaid_orders_of_visit(session, visit)) >= MOST_UNPAID",
        new="len(unpaid_orders_of_visit(session, visit)) < 0",
        tests=(f"{_CROWDS}::test_a_phone_may_leave_three_orders_unpaid_and_no_fourth",),
    ),
    Fault(
        name="portions are not reserved with the order",
        hurts="The last plate is sold to everybody who asks at the same time.",
        file="core/services/checkout.py",
        old="        _reserve(session, order, priced, now)\n",
        new="",
        tests=(f"{_CROWDS}::test_twenty_phones_order_the_last_portion_and_one_gets_it",),
    ),
    Fault(
        name="a price is made by the dish alone",
        hurts="Every extra is given away.",
        file="core/menu/quote.py",
        old="dish.price + sum(option.price for option in options)",
        new="dish.price",
        tests=("tests/menu/test_quote.py::test_a_dish_with_choices_costs_their_sum",),
    ),
    Fault(
        name="a choice of another dish is taken",
        hurts="A negative or free choice of one dish makes another one cheaper.",
        file="core/menu/quote.py",
        old="    if not wanted <= offered:",
        new="    if not wanted and offered is None:",
        tests=("tests/menu/test_quote.py::test_a_choice_of_another_dish_is_refused",),
    ),
    Fault(
        name="the last portion is not guarded",
        hurts="Thirty people buy the last plate, or twenty-nine of them read of a fault of ours.",
        file=_STOCK,
        old='.where(_DISHES.c.id == bindparam("dish_id"), _DISHES.c.portions >= bindparam("quantity"))',
        new='.where(_DISHES.c.id == bindparam("dish_id"))',
        tests=("tests/menu/test_stock.py::test_the_last_portion_goes_to_one_of_thirty_who_want_it",),
    ),
    Fault(
        name="portions come back twice",
        hurts="A cancelled order makes plates out of nothing, and they are sold.",
        file=_STOCK,
        old=".where(StockMove.order_id == order_id)",
        new=".where(StockMove.order_id == order_id, StockMove.kind == RESERVED)",
        tests=("tests/menu/test_stock.py::test_portions_come_back_once_however_often_they_are_given_back",),
    ),
    Fault(
        name="a day's number is given out twice",
        hurts="Two diners answer to A17, and one eats the other's food.",
        file="core/orders/numbers.py",
        old='set_={"last_number": _COUNTERS.c.last_number + 1}',
        new='set_={"last_number": _COUNTERS.c.last_number}',
        tests=(f"{_CROWDS}::test_two_hundred_orders_at_once_get_two_hundred_numbers",),
    ),
    Fault(
        name="a key does not remember what it was for",
        hurts="A second, different order is answered with the first one and never cooked.",
        file=_ONCE,
        old="    if earlier.request_digest != digest:",
        new="    if earlier.request_digest is None:",
        tests=(f"{_CROWDS}::test_a_key_used_for_another_order_is_refused",),
    ),
    Fault(
        name="a key holds nothing back",
        hurts="A double tap orders and charges twice.",
        file=_ONCE,
        old="    return earlier.result",
        new="    return result",
        tests=("tests/api/test_orders.py::test_ten_at_once_with_one_key_are_one_order",),
    ),
    Fault(
        name="the business day is that of UTC",
        hurts="In Jayapura nine hours of every day's takings stand in the report of another day.",
        file=_CLOCK,
        old="(at.astimezone(ZoneInfo(zone)) - timedelta",
        new="(at - timedelta",
        tests=(
            "tests/base/test_money_and_ids.py::test_a_late_sale_belongs_to_the_day_before_until_the_cut_off",
            "tests/clock/test_business_days.py::test_the_same_moment_lies_on_another_day_in_each_zone",
        ),
    ),
    Fault(
        name="the day ends at midnight everywhere",
        hurts="The bill of half past one is missing from the shift that took it.",
        file=_CLOCK,
        old=" - timedelta(hours=cutoff_hour)",
        new="",
        tests=(
            "tests/base/test_money_and_ids.py::test_a_late_sale_belongs_to_the_day_before_until_the_cut_off",
            "tests/clock/test_business_days.py::test_a_sale_after_midnight_stands_with_the_evening_it_belongs_to",
        ),
    ),
    Fault(
        name="an order is not locked on PostgreSQL",
        hurts="Two cashiers take the money of one bill at the same moment.",
        file="core/orders/queries.py",
        old="_LOCKED_BY_UID = _BY_UID.with_for_update()",
        new="_LOCKED_BY_UID = _BY_UID",
        tests=(f"{_CROWDS}::test_two_cashiers_take_the_same_money_and_one_is_told",),
    ),
    Fault(
        name="a gateway reference ends in a digit",
        hurts="Reference and status code run together, and the signature of one payment fits another.",
        file="core/base/ids.py",
        old='f"K{new_ulid(at)}Q"',
        new='f"K{new_ulid(at)}7"',
        tests=("tests/base/test_money_and_ids.py::test_gateway_references_have_one_length_and_end_in_a_letter",),
    ),
)
