"""Orders that bring no money: cancelled after the guest has paid, cooked or typed and never paid."""

from datetime import timedelta

from tests.cashier.conftest import MANAGERS_PIN
from tests.cashier.fraud_sequences.report import REASON, House, Line, ordered, rupiah
from tests.cashier.test_walk_in import begins, picks, places
from tests.services.test_money_taken_back import gateway_reverses

UNTIL_CASH_RUNS_OUT = timedelta(hours=2, minutes=1)


def _runs_out(place: House) -> None:
    for span in (timedelta(minutes=16), UNTIL_CASH_RUNS_OUT):
        place.shop.passes(span)
        place.shop.gateway_works()


def test_a_cashier_takes_cash_and_has_the_order_cancelled(place: House) -> None:
    order = place.sold_in_cash()

    place.cancels(place.cashier, order, pin=MANAGERS_PIN)

    assert place.reads() == [
        Line(
            "A paid order was cancelled.",
            "Kasir",
            rupiah(order.cash_total),
            allowed_by="Manager",
            about=ordered(order),
            said=REASON,
            marks=frozenset({"cash had been taken"}),
            changes=("in the kitchen → cancelled",),
        )
    ]


def test_a_manager_takes_cash_and_cancels_the_order_alone(place: House) -> None:
    order = place.sold_in_cash()

    place.cancels(place.manager, order)

    (line,) = place.reads()
    assert (line.who, line.allowed_by, line.amount) == ("Manager", "", rupiah(order.cash_total))
    assert line.marks == {"cash had been taken", "by one person alone"}


def test_a_dish_is_cooked_handed_over_and_cancelled_as_if_it_had_not_been(place: House) -> None:
    order = place.sold_in_cash()
    place.cashier.does(order, "start")
    place.cashier.does(order, "ready")

    place.cancels(place.cashier, order, pin=MANAGERS_PIN)

    (line,) = place.reads()
    assert line.marks == {"cash had been taken", "the kitchen had begun"}


def test_a_qris_order_is_cancelled_so_that_its_money_can_be_given_to_somebody(place: House) -> None:
    order = place.sold_by_qris()

    place.cancels(place.manager, order)

    (line,) = place.reads()
    assert (line.what, line.who, line.amount) == ("A paid order was cancelled.", "Manager", rupiah(order.total))
    assert line.marks == {"by one person alone"}


def test_a_guest_pays_cash_in_the_hand_and_the_cashier_cancels_the_unpaid_order(place: House) -> None:
    order = place.shop.order("Es Teh", pay_by="cash")

    place.cancels(place.cashier, order)

    assert place.reads() == [
        Line("Staff cancelled an unpaid order.", "Kasir", rupiah(order.cash_total), about=ordered(order), said=REASON)
    ]


def test_a_guest_pays_into_the_cashiers_own_qr_and_the_order_is_cancelled(place: House) -> None:
    order = place.shop.order("Rendang")

    place.cancels(place.cashier, order)
    place.shop.gateway_works()

    (line,) = place.reads()
    assert place.shop.status(order)[0] == "cancelled"
    assert (line.what, line.who, line.amount) == ("Staff cancelled an unpaid order.", "Kasir", rupiah(order.total))


def test_a_cashier_types_an_order_takes_the_cash_and_lets_it_run_out(place: House) -> None:
    address = begins(place.cashier)
    picks(place.cashier, address, "Es Teh")
    order = places(place.cashier, address, "cash")

    _runs_out(place)

    (line,) = place.reads()
    assert (line.what, line.who) == ("Waited at the counter, and was never paid.", "Kasir")
    assert (line.about, line.amount) == (ordered(order), rupiah(order.cash_total))
    assert line.marks == {"typed by staff"}


def test_a_cashier_types_an_order_and_shows_the_guest_a_qr_of_their_own(place: House) -> None:
    address = begins(place.cashier)
    picks(place.cashier, address, "Sate Ayam")
    order = places(place.cashier, address, "qris")
    place.shop.gateway_works()

    _runs_out(place)

    (line,) = place.reads()
    assert (line.who, line.about, line.amount) == ("Kasir", ordered(order), rupiah(order.total))
    assert line.marks == {"typed by staff"}
    assert "Ordered and never paid, 1 order" in place.page()


def test_a_guest_comes_to_pay_cash_and_the_claim_code_is_never_redeemed(place: House) -> None:
    order = place.shop.order("Es Teh", pay_by="cash")

    _runs_out(place)

    (line,) = place.reads()
    assert (line.what, line.who) == ("Waited at the counter, and was never paid.", "Meja")
    assert (line.about, line.amount) == (ordered(order), rupiah(order.cash_total))


def test_food_is_handed_out_for_a_payment_that_did_not_last(place: House) -> None:
    order = place.served(place.sold_by_qris())

    gateway_reverses(place.shop, order)

    assert place.reads() == [Line("Handed out, and not paid.", "Kasir", rupiah(order.total), about=ordered(order))]
