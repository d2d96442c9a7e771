"""Money of which an earlier refund may have gone back is used, or written off, only once somebody has looked."""

from collections.abc import Callable

import pytest

from core.ledger.models import Account
from core.orders.models import Order
from core.payments.errors import NotLookedUp
from core.payments.models import MoneyCase
from core.services.restored_refunds import hold_back_refunds
from tests.services.test_audit import newest
from tests.services.test_lost_refunds import turn, undo, vanishes
from tests.services.test_refunds import MANAGER, ask, paid, refunds, states
from tests.services.test_refunds_without_an_end import UNREADABLE, days_pass, differences, given_up
from tests.services.test_ways_out import close, credit, ending, honour, late
from tests.shop import CASHIER, Shop

Use = Callable[[Shop, MoneyCase, bool], None]


def doubtful(
    shop: Shop, *, is_gone: bool = False, amount: int | None = None, restored: bool = False
) -> tuple[Order, MoneyCase]:
    """Make late money of which a refund was given up without an answer, whether it went back or not.

    After six days, or at once by a restore: then its guest still sits there.
    """
    order, case = late(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "http_503", "done": is_gone})
    ask(shop, order, amount or case.amount, payment=case.reference, from_case=True)
    if restored:
        with shop.core.db.write() as session:
            hold_back_refunds(session, shop.clock())
    else:
        shop.simulator.misbehave(UNREADABLE)
        days_pass(shop, 8)
    shop.simulator.behave()
    (refund,) = refunds(shop, order)
    assert (refund.amount, refund.refused_for) == (amount or case.amount, "restored" if restored else "no_answer")
    return order, case


def cooks_it(shop: Shop, case: MoneyCase, looked_up: bool) -> None:
    shop.core.cases.honour(shop.outlet.id, case.uid, MANAGER, looked_up=looked_up, asked_by=CASHIER)


def pays_another(shop: Shop, case: MoneyCase, looked_up: bool) -> None:
    following = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cases.credit(shop.outlet.id, case.uid, following.uid, MANAGER, looked_up=looked_up, asked_by=CASHIER)


def writes_it_off(shop: Shop, case: MoneyCase, looked_up: bool) -> None:
    shop.core.cases.close(
        shop.outlet.id, case.uid, "dasbor: tidak kembali", MANAGER, looked_up=looked_up, asked_by=CASHIER
    )


def goes_after_all(shop: Shop, order: Order) -> None:
    (refund,) = refunds(shop, order)
    shop.simulator.refund(refund.payment, refund.amount, refund.refund_key)
    shop.hears_of(shop.attempt(order), said="refund")
    assert states(shop, order) == [("accepted", refund.amount)]


@pytest.mark.parametrize(
    ("use", "restored"), [(cooks_it, False), (cooks_it, True), (pays_another, True), (writes_it_off, False)]
)
def test_money_that_may_have_gone_back_does_nothing_before_somebody_has_looked(
    shop: Shop, use: Use, restored: bool
) -> None:
    order, case = doubtful(shop, is_gone=True, restored=restored)

    with pytest.raises(NotLookedUp):
        use(shop, case, False)

    assert [(one.uid, one.amount) for one in shop.cases()] == [(case.uid, case.amount)]
    assert shop.status(order)[0] == "expired"
    shop.hears_of(shop.attempt(order), said="refund")
    assert ending(shop) == [("late", "refunded")]


@pytest.mark.parametrize(
    ("use", "ended", "kind"),
    [
        (cooks_it, "honoured", "order.paid"),
        (pays_another, "credited", "order.paid"),
        (writes_it_off, "written_off", "case.settled"),
    ],
)
@pytest.mark.parametrize("amount", [None, 5_000])
def test_once_somebody_has_looked_it_is_used_and_the_books_say_who_and_that_they_did(
    shop: Shop, use: Use, ended: str, kind: str, amount: int | None
) -> None:
    _, case = doubtful(shop, amount=amount, restored=True)

    use(shop, case, True)

    assert ending(shop) == [("late", ended)]
    for told in (newest(shop, kind), newest(shop, "case.settled")):
        assert (told["looked_up"], told["by"], told["asked_by"]) == (True, str(MANAGER), CASHIER.name)


def test_the_case_of_the_doubt_itself_is_closed_by_somebody_who_has_looked(shop: Shop) -> None:
    given_up(shop)
    (case,) = shop.cases()
    assert differences([case]) == [("conflicting", 0, "refund_unknown")]

    with pytest.raises(NotLookedUp):
        writes_it_off(shop, case, looked_up=False)
    writes_it_off(shop, case, looked_up=True)

    assert shop.cases() == []


def test_money_in_no_doubt_asks_for_no_look_and_its_books_speak_of_none(shop: Shop) -> None:
    _, case = late(shop)

    honour(shop, case)

    assert "looked_up" not in newest(shop, "order.paid")


@pytest.mark.parametrize("amount", [None, 5_000])
def test_an_order_that_was_cooked_with_money_that_went_back_after_all_stands_on_the_desk(
    shop: Shop, amount: int | None
) -> None:
    order, case = doubtful(shop, amount=amount)
    cooks_it(shop, case, looked_up=True)

    goes_after_all(shop, order)

    assert shop.status(order) == ("confirmed", "partially_refunded" if amount else "refunded")
    (missed,) = shop.cases()
    assert differences([missed]) == [("conflicting", 0, "credited")]
    assert (missed.order_id, missed.details["lost"]) == (order.id, amount or order.total)
    close(shop, missed)
    assert shop.cases() == []


def test_an_order_that_its_own_wrong_amount_paid_stands_on_the_desk_when_that_goes_back(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order, amount=order.total + 5_000)
    (case,) = shop.cases()
    credit(shop, case, order)

    shop.simulator.refund(case.reference, order.total + 5_000, "DASHBOARD")
    shop.hears_of(shop.attempt(order), said="refund")

    assert [(one.order_id, one.details["lost"]) for one in shop.cases()] == [(order.id, order.total)]


def test_gone_once_more_after_it_was_undone_it_stands_on_the_desk_once_more(shop: Shop) -> None:
    order, case = doubtful(shop)
    cooks_it(shop, case, looked_up=True)
    goes_after_all(shop, order)
    close(shop, shop.cases()[0])

    undo(shop, vanishes(shop, order))
    assert (shop.status(order), shop.cases()) == (("confirmed", "paid"), [])
    goes_after_all(shop, order)

    assert shop.status(order) == ("confirmed", "refunded")
    assert [one.order_id for one in shop.cases()] == [order.id]


def test_what_was_said_of_an_order_ends_with_the_refund_that_did_not_go(shop: Shop) -> None:
    order, case = doubtful(shop)
    cooks_it(shop, case, looked_up=True)
    goes_after_all(shop, order)

    undo(shop, vanishes(shop, order))

    assert shop.cases() == []
    assert shop.status(order) == ("confirmed", "paid")


def test_the_desk_speaks_of_the_order_whose_money_went_last(shop: Shop) -> None:
    order = given_up(shop)
    (doubt,) = shop.cases()
    shop.core.kitchen.cancel(order.uid, "habis", MANAGER, may_void=True)
    case = next(one for one in shop.cases() if one.amount)
    following = shop.order("Sate Ayam", pay_by="cash")
    shop.core.cases.credit(shop.outlet.id, case.uid, following.uid, MANAGER, looked_up=True)
    assert doubt.order_id == order.id

    goes_after_all(shop, order)

    (missed,) = shop.cases()
    assert (missed.uid, missed.order_id) == (doubt.uid, following.id)
    view = shop.core.money.file(shop.outlet.id, missed.uid).view
    assert (view.said["difference"], view.said["order"]) == ("credited", following.label)


def test_a_refund_of_the_order_itself_misses_nothing(shop: Shop) -> None:
    order, case = late(shop)
    honour(shop, case)

    ask(shop, order, order.total)

    assert shop.status(order) == ("confirmed", "refunded")
    assert shop.cases() == []


def test_a_bill_that_its_own_qr_paid_and_the_dashboard_gave_back_misses_nothing(shop: Shop) -> None:
    order = paid(shop)

    shop.simulator.refund(shop.attempt(order).reference, order.total, "DASHBOARD")
    shop.hears_of(shop.attempt(order), said="refund")

    assert shop.cases() == []


def test_a_bank_that_takes_a_cooked_orders_money_back_opens_its_own_case_and_no_other(shop: Shop) -> None:
    order, case = late(shop)
    honour(shop, case)

    turn(shop, order, "chargeback")
    shop.hears_of(shop.attempt(order))

    assert [str(one.kind) for one in shop.cases()] == ["chargeback"]
    assert shop.balance(Account.LOSSES) == order.total
