"""Money that goes back to whom it should not, and money without an order that finds the wrong home."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.events.record import Actor
from core.orders.models import Order
from core.payments.errors import RefundLimitReached
from tests.cashier.conftest import MANAGERS_PIN
from tests.cashier.fraud_sequences.report import OWNERS_PIN, REASON, House, Line, ordered, posted, rupiah
from tests.cashier.test_case_steps import late, step
from tests.cashier.test_settlements import closes, hands_in
from tests.services.test_lost_refunds import vanishes
from tests.services.test_refunds import refunds
from tests.services.test_settlement_files import listed
from tests.settlement_files import csv_file


@pytest.fixture
def small_days(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a manager give back as little as that in a day."""
    monkeypatch.setattr("core.services.refund_limit.REFUND_LIMIT", 20_000)
    return 20_000


def test_a_manager_gives_themselves_the_cash_of_a_guest_who_has_eaten(place: House) -> None:
    order = place.served(place.sold_in_cash())

    place.gives_back(place.manager, order, order.cash_total)

    assert place.reads() == [
        Line(
            "Money was given back.",
            "Manager",
            rupiah(order.cash_total),
            about=ordered(order),
            said=REASON,
            marks=frozenset({"by one person alone", "out of the drawer", "the food was out"}),
            changes=(f"Left of the payment: {rupiah(order.cash_total)} → Rp0",),
        )
    ]


def test_a_cashier_has_a_friends_meal_given_back_by_the_manager(place: House) -> None:
    order = place.sold_by_qris()

    place.gives_back(place.cashier, order, order.total)

    (line,) = place.reads()
    assert (line.who, line.allowed_by, line.amount) == ("Kasir", "Manager", rupiah(order.total))
    assert line.marks == frozenset()


def test_one_payment_goes_back_in_small_parts(place: House) -> None:
    order = place.sold_in_cash()

    for amount in (3_000, 4_000, 5_000):
        place.gives_back(place.cashier, order, amount)

    assert [line.amount for line in place.reads()] == ["Rp5.000", "Rp4.000", "Rp3.000"]
    assert "Rp12.000" in place.page()


def test_a_manager_who_has_given_much_back_that_day_needs_the_owner(place: House, small_days: int) -> None:
    order = place.sold_by_qris("Rendang")
    place.gives_back(place.manager, order, small_days - 1_000)
    wish = {"amount": "1001", "reason": REASON}

    refused = place.manager.does(order, "refund", pin=MANAGERS_PIN, **wish)
    posted(place.manager.does(order, "refund", pin=OWNERS_PIN, **wish))
    place.shop.gateway_works()

    assert refused.status_code == 403
    assert "Rp1.000" in refused.text
    line, _ = place.reads()
    assert (line.who, line.allowed_by, line.amount) == ("Manager", "Owner", "Rp1.001")


def test_what_came_to_nothing_takes_no_room_in_the_managers_day(place: House, small_days: int) -> None:
    order = place.sold_by_qris("Rendang")
    place.shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})
    place.gives_back(place.manager, order, small_days)

    place.gives_back(place.manager, order, small_days)

    assert [str(one.state) for one in refunds(place.shop, order)].count("refused") == 1


def test_the_next_day_has_room_again_and_colleagues_have_their_own(place: House, small_days: int) -> None:
    order = place.sold_by_qris("Rendang", issuer="gopay")
    place.gives_back(place.manager, order, small_days)
    place.gives_back(place.owner, order, 1, pin=OWNERS_PIN)
    place.shop.passes(timedelta(days=1))
    place.manager.signs_in("manager")

    place.gives_back(place.manager, order, 1)

    assert len(place.reads()) == 3


def test_two_refunds_at_once_do_not_share_the_room_of_one_day(place: House, small_days: int) -> None:
    orders = [place.sold_in_cash("Rendang"), place.sold_in_cash("Sate Ayam")]
    by = Actor("staff", 2, "Manager")

    def ask(order: Order) -> str:
        try:
            place.shop.core.refunds.ask(order.uid, small_days, REASON, by)
        except RefundLimitReached:
            return "refused"
        return "given"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(ask, orders)) == ["given", "refused"]


def test_an_order_is_cancelled_and_its_cash_given_back_by_the_same_person(place: House) -> None:
    order = place.sold_in_cash()

    place.cancels(place.manager, order)
    place.gives_back(place.manager, order, order.cash_total)

    back, cancelled = place.reads()
    assert (back.what, cancelled.what) == ("Money was given back.", "A paid order was cancelled.")
    assert back.marks == {"by one person alone", "out of the drawer"}
    assert back.about == cancelled.about == ordered(order)


def test_the_drawer_pays_out_what_came_by_qris(place: House) -> None:
    order = place.sold_by_qris(issuer="dana")
    place.sold_in_cash("Rendang")
    place.shop.passes(timedelta(days=8))
    place.manager.signs_in("manager")

    place.gives_back(place.manager, order, 10_000, way="cash")

    (line,) = place.reads()
    assert line.amount == "Rp10.000"
    assert line.marks == {"by one person alone", "out of the drawer", "cash for a QRIS payment"}


def test_a_refund_that_was_shown_to_the_guest_is_withdrawn(place: House) -> None:
    order = place.sold_by_qris()
    place.shop.simulator.misbehave({"call": "*", "kind": "http_503"})
    place.gives_back(place.manager, order, 5_000)
    (asked,) = refunds(place.shop, order)

    place.cashier.after(place.cashier.does(order, "withdraw", refund=asked.refund_key, pin=MANAGERS_PIN))

    line, _ = place.reads()
    assert (line.what, line.amount) == ("The refund was withdrawn before it went out.", "Rp5.000")
    assert (line.who, line.allowed_by, line.about) == ("Kasir", "Manager", ordered(order))
    place.shop.simulator.behave()


def test_a_refund_is_said_not_to_have_gone_back_so_that_it_can_go_again(place: House) -> None:
    order = place.sold_by_qris(issuer="gopay")
    place.gives_back(place.cashier, order, order.total)
    case = vanishes(place.shop, order)
    place.cashier.signs_in("kasir")

    posted(step(place.cashier, case, "undo", reason="dasbor: tidak ada", pin=MANAGERS_PIN))

    line, _ = place.reads()
    assert line.what == "A manager found that the refund had not gone back."
    assert (line.who, line.allowed_by, line.amount) == ("Kasir", "Manager", rupiah(order.total))
    assert line.said == "dasbor: tidak ada"
    place.shop.gateway_works()


def test_money_goes_back_past_the_program_in_the_gateways_dashboard(place: House) -> None:
    order = place.sold_by_qris()

    place.shop.simulator.refund(place.shop.attempt(order).reference, 20_000, "DASHBOARD")
    place.shop.hears_of(place.shop.attempt(order), said="refund")

    assert place.reads() == [
        Line("A refund was made in the Midtrans dashboard.", "Midtrans", "Rp20.000", about=ordered(order))
    ]


def test_a_guests_late_money_is_written_off(place: House) -> None:
    order, case = late(place.cashier)

    posted(step(place.cashier, case, "close", reason="tamu tidak kembali", pin=MANAGERS_PIN))

    (line,) = place.reads()
    assert (line.what, line.amount) == ("A money case was closed with a reason.", rupiah(order.total))
    assert (line.who, line.allowed_by, line.said) == ("Kasir", "Manager", "tamu tidak kembali")
    assert "Money case" in line.about


def test_a_guests_late_money_pays_the_bill_whose_cash_the_cashier_keeps(place: House) -> None:
    _, case = late(place.cashier)
    other = place.shop.order("Es Teh", pay_by="cash")

    posted(step(place.cashier, case, "credit", order_uid=other.uid))

    (line,) = place.reads()
    assert (line.what, line.who, line.amount) == ("Money that fitted no order paid one.", "Kasir", rupiah(other.total))
    assert ordered(other) in line.about


def test_late_money_cooks_a_meal_for_whoever_the_cashier_likes(place: House) -> None:
    order, case = late(place.cashier)

    posted(step(place.cashier, case, "honour"))

    (line,) = place.reads()
    assert (line.what, line.who, line.amount) == ("Money that fitted no order paid one.", "Kasir", rupiah(order.total))
    assert "Came beside the orders" not in place.page()


def test_cash_is_taken_while_the_guest_pays_the_qr_as_well(place: House) -> None:
    order = place.shop.order("Sate Ayam")
    place.shop.simulator.misbehave({"call": "*", "kind": "http_503"})
    place.shop.core.payments.to_cash(order.uid)
    place.shop.gateway_works()

    place.cashier.after(place.cashier.does(order, "cash", tendered="50000", pin=MANAGERS_PIN))

    (line,) = place.reads()
    assert line.what == "Cash was taken while a QR could still be paid."
    assert (line.who, line.allowed_by, line.amount) == ("Kasir", "Manager", rupiah(order.cash_total))
    place.shop.simulator.behave()


def test_what_the_bank_lists_and_the_books_do_not_is_explained_away(place: House) -> None:
    order = place.sold_by_qris()
    file = hands_in(place.manager, csv_file(listed(place.shop, order, gross=order.total + 1_000)))
    chosen = re.findall(r'name="chosen" value="([^"]+)"', place.manager.after(file))

    posted(closes(place.manager, file.headers["location"], chosen=chosen, reason="Promo bank"))

    (line,) = place.reads()
    assert (line.what, line.who) == ("What a settlement file says otherwise was explained.", "Manager")
    assert line.said == "Promo bank"
