"""Faults about who may do what, and with whose things."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_LISTED = "tests/rights/test_answers.py::test_every_answer_is_as_listed_and_names_nobody_elses"
_ACROSS = "tests/rights/test_another_outlet.py::test_an_owner_finds_nothing_across_the_street_and_changes_nothing_there"
_DRAWER = "tests/cashier/test_shift.py"

RIGHTS_FAULTS: Final = (
    Fault(
        name="an order is looked up without its outlet",
        hurts="Whoever has an order's address takes its cash, serves it or gives its money back in any branch.",
        file="cashier/who.py",
        old="    if page.order.outlet_id != member.outlet_id:\n",
        new="    if page.order.outlet_id < 0:\n",
        tests=(f"{_ACROSS}[sqlite]",),
    ),
    Fault(
        name="a case asks no order for its outlet",
        hurts="A money case tells whether an order of another branch exists, and holds it locked meanwhile.",
        file="core/services/case_desk.py",
        old="    if other is not None and other.outlet_id != outlet_id:\n",
        new="    if other is not None and other.outlet_id < 0:\n",
        tests=(
            f"{_ACROSS}[sqlite]",
            "tests/services/test_ways_out.py::test_another_outlets_order_is_as_unknown_to_a_case_as_one_that_is_not_there",
        ),
    ),
    Fault(
        name="a party is looked up without its outlet",
        hurts="One branch clears the tables of another, and its guests lose their baskets.",
        file="core/orders/sittings.py",
        old="Sitting.uid == uid, Sitting.outlet_id == outlet_id, Sitting.ended_at",
        new="Sitting.uid == uid, Sitting.ended_at",
        tests=(f"{_ACROSS}[sqlite]",),
    ),
    Fault(
        name="the kitchen may hand food out",
        hurts="A cook's screen takes orders off the board that nobody has carried to the table.",
        file="cashier/actions.py",
        old="def serve(core: CoreDep, member: Server, order",
        new="def serve(core: CoreDep, member: Cook, order",
        tests=(f"{_LISTED}[kitchen]",),
    ),
    Fault(
        name="a stranger is not led to the login",
        hurts="Whoever was signed out in the middle of the evening stands before a blank page.",
        file="core/web/problems.py",
        old='    return see_other("login", query={"next": here})\n',
        new="    return HTMLResponse(status_code=401)\n",
        tests=(f"{_LISTED}[stranger]",),
    ),
    Fault(
        name="whoever a proxy names as this machine reads the figures",
        hurts="A competitor reads how many orders and how much trouble the house has, by one made-up header.",
        file="core/web/health.py",
        old="    if is_direct and request.client is not None",
        new="    if request.client is not None",
        tests=("tests/web/test_health.py::test_nobody_who_comes_through_a_proxy_is_taken_for_this_machine",),
    ),
    Fault(
        name="the board's changes are given to anybody who is signed in",
        hurts="The kitchen's tablet reads who owes what at every table.",
        file="cashier/board.py",
        old="    require(here.member, Right.SERVE)\n",
        new="",
        tests=(f"{_LISTED}[kitchen]",),
    ),
    Fault(
        name="much money is carried out without a manager",
        hurts="A cashier empties the drawer, and nobody stands for it.",
        file="cashier/shift.py",
        old="may_exceed=may(allows, Right.MOVE_MUCH_CASH),\n            asked_by",
        new="may_exceed=True,\n            asked_by",
        tests=(
            f"{_DRAWER}::test_much_money_needs_a_manager",
            f"{_DRAWER}::test_a_managers_pin_lets_the_cashier_carry_much_money_and_both_are_named",
        ),
    ),
    Fault(
        name="a manager's PIN hides who carried a little",
        hurts="Small sums that go out one after another stand under the manager's name, and nobody adds them up.",
        file="cashier/shift.py",
        old="        if amount > MOVEMENT_LIMIT and form.pin.strip()",
        new="        if form.pin.strip()",
        tests=(f"{_DRAWER}::test_a_small_amount_stays_under_the_name_of_whoever_carried_it",),
    ),
)
