"""Faults about money that may be gone: used without a look, missed too late, undone the wrong one, and lost by an order."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_CASES = "core/payments/refund_cases.py"
_LOST = "core/services/lost_refunds.py"
_UNDONE = "tests/services/test_lost_refunds.py"
_DESK = "core/services/case_desk.py"
_FORMS = "cashier/approval.py"
_MISSING = "core/payments/missing_refunds.py"
_LOOKED_FOR = "tests/payments/test_missing_refunds.py"
_DOUBT = "tests/services/test_money_in_doubt.py"
_IN_DOUBT = "tests/cashier/test_refunds_in_doubt.py"
_ONE_AT_A_TIME = "test_two_that_vanish_together_are_undone_one_at_a_time_and_the_case_stays_for_the_second"

DOUBT_FAULTS: Final = (
    Fault(
        name="one of several refunds is undone by guess",
        hurts="The wrong one is taken out of the books, and the guest is paid twice.",
        file=_LOST,
        old="    if len(lost) > 1:\n",
        new="    if len(lost) > 2:\n",
        tests=(f"{_UNDONE}::{_ONE_AT_A_TIME}",),
    ),
    Fault(
        name="whichever refund is chosen, the first is undone",
        hurts="The manager says that the second did not go back, and the books lose the first.",
        file=_LOST,
        old='if refund_key in {"", one.refund.refund_key}]\n',
        new="][:1]\n",
        tests=(f"{_UNDONE}::{_ONE_AT_A_TIME}",),
    ),
    Fault(
        name="the first of several that is undone ends the case",
        hurts="The second has vanished as well, and nobody is reminded: the books and the gateway differ for ever.",
        file=_LOST,
        old="            if is_explained(session, case):\n",
        new="            if case.settled_at is None:\n",
        tests=(f"{_UNDONE}::{_ONE_AT_A_TIME}",),
    ),
    Fault(
        name="which refund is lost is not read again once it is locked",
        hurts="Two managers undo one refund at the same moment, and it is taken out of the books twice.",
        file=_LOST,
        old="    session.expire_all()\n",
        new="",
        tests=(f"{_UNDONE}::test_two_managers_who_undo_at_once_undo_each_refund_once",),
    ),
    Fault(
        name="a card goes on telling of what is explained",
        hurts="The key and the amount of the one that was undone stand there, and the manager looks up that one again.",
        file=_CASES,
        old="    return (still or said_of(case))[-1]\n",
        new="    return said_of(case)[-1]\n",
        tests=(f"{_UNDONE}::{_ONE_AT_A_TIME}",),
    ),
    Fault(
        name="a refund is missed only when nothing is listed at all",
        hurts="One of two has gone from the list, and the guest waits two weeks before anybody asks.",
        file=_MISSING,
        old="        return True\n    told",
        new="        return not keys\n    told",
        tests=(
            f"{_UNDONE}::test_one_of_several_refunds_that_goes_from_the_list_is_told_after_the_third_look",
            f"{_LOOKED_FOR}::test_where_each_has_its_key_it_is_looked_for_by_that",
        ),
    ),
    Fault(
        name="a sum without names misses every refund that is in it",
        hurts="Each refund of a gateway that tells sums stands on the desk as lost, and is given back twice.",
        file=_MISSING,
        old="    if has_keys and not any(one.is_sum for one in report.refunds):\n",
        new="    if has_keys:\n",
        tests=(f"{_LOOKED_FOR}::test_told_without_keys_it_is_there_as_long_as_it_adds_up",),
    ),
    Fault(
        name="money that may have gone back is used without a look",
        hurts="Nobody knows whether the guest has it back, and it cooks the order all the same: on the house.",
        file=_DESK,
        old="    if not looked_up:\n        raise NotLookedUp\n",
        new="",
        tests=(f"{_DOUBT}::test_money_that_may_have_gone_back_does_nothing_before_somebody_has_looked",),
    ),
    Fault(
        name="whoever ticks that it was looked up needs no PIN",
        hurts="A cashier ticks the box without having looked, and no manager ever hears of it.",
        file=_FORMS,
        old="    return Hands(by=approved(core, member, form.pin), asked_by=me, looked_up=True)\n",
        new="    return Hands(by=me, asked_by=me, looked_up=True)\n",
        tests=(
            f"{_IN_DOUBT}::test_money_that_may_be_gone_cooks_its_order_with_a_look_and_a_managers_pin",
            f"{_IN_DOUBT}::test_money_that_may_be_gone_pays_another_order_with_a_look_and_a_managers_pin",
        ),
    ),
    Fault(
        name="the books do not say that it was looked up",
        hurts="The money was gone after all, and nobody can be asked who looked.",
        file=_DESK,
        old='    return {"looked_up": True}\n',
        new="    return {}\n",
        tests=(f"{_DOUBT}::test_once_somebody_has_looked_it_is_used_and_the_books_say_who_and_that_they_did",),
    ),
    Fault(
        name="an order that lost its money from the desk stands nowhere",
        hurts="It was cooked after all, its money went back after all, and no case tells anybody to speak to the guest.",
        file="core/services/money_back.py",
        old="            _miss_sale(session, order, outflow, pot, part, at=at)\n",
        new="            pass\n",
        tests=(
            f"{_DOUBT}::test_an_order_that_was_cooked_with_money_that_went_back_after_all_stands_on_the_desk",
            f"{_IN_DOUBT}::test_an_order_whose_money_went_back_after_all_says_so_on_the_money_desk",
        ),
    ),
    Fault(
        name="a refund of the order itself counts as money that it lost",
        hurts="Every refund of an order that was cooked after all makes a card that tells of nothing.",
        file="core/services/money_back.py",
        old="    if not pot.is_sold or _is_meant(pot, outflow):\n",
        new="    if not pot.is_sold:\n",
        tests=(f"{_DOUBT}::test_a_refund_of_the_order_itself_misses_nothing",),
    ),
    Fault(
        name="an order loses its money a second time in silence",
        hurts="The same part of the same order goes once more, in the same words, and the settled card stays settled.",
        file="core/services/money_back.py",
        old="        entry=outflow.source_id,\n",
        new="",
        tests=(f"{_DOUBT}::test_gone_once_more_after_it_was_undone_it_stands_on_the_desk_once_more",),
    ),
    Fault(
        name="a card names the order that it was about before",
        hurts="The guest of another order is spoken to, and the one whose money is gone eats in peace.",
        file="core/payments/cases.py",
        old="        if amount or (is_news and order_id is not None):\n",
        new="        if amount:\n",
        tests=(f"{_DOUBT}::test_the_desk_speaks_of_the_order_whose_money_went_last",),
    ),
)
