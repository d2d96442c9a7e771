"""The live board and the steps that are taken on it."""

import gzip
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from core.base.ids import new_uid
from core.events.record import events_of_order
from core.orders.models import Order, OrderLine
from core.orders.status import OrderStatus
from core.outlets.models import Outlet
from tests.cashier.conftest import CASHIERS_PIN, MANAGERS_PIN, Counter, with_pins


def paid(counter: Counter, *dishes: str) -> Order:
    order = counter.shop.order(*(dishes or ("Sate Ayam",)))
    counter.shop.wallet.pays(order)
    return order


def test_a_paid_order_stands_under_new_with_table_dishes_and_method_and_rings(cashier: Counter) -> None:
    order = paid(cashier, "Sate Ayam", "Es Teh", "Rendang", "Mi Goreng")

    lane = cashier.lane("new")

    assert order.label in lane
    assert "Meja 1" in lane
    assert "1× Sate Ayam" in lane
    assert "<li>+1</li>" in lane
    assert "QRIS LUNAS" in lane
    assert "data-sound" in lane


def test_an_order_whose_qr_is_not_paid_is_only_counted(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam")

    board = cashier.sees()

    assert order.uid not in board
    assert "1 menunggu QRIS" in board
    assert order.label in cashier.sees("/cashier?find=QRIS")


def test_an_empty_board_says_so(cashier: Counter) -> None:
    assert "Belum ada pesanan" in cashier.sees()


def test_a_gateway_that_is_gone_is_named(cashier: Counter) -> None:
    for _ in range(5):
        cashier.shop.core.worker.breaker.was_silent()

    assert "Midtrans tidak menjawab" in cashier.sees()


def test_a_gateway_that_refuses_the_key_is_named_with_what_to_set(cashier: Counter) -> None:
    cashier.shop.core.worker.breaker.key_was_refused()

    assert "MEJA_MIDTRANS_SERVER_KEY" in cashier.sees()


def test_a_gateway_that_answers_is_not_named(cashier: Counter) -> None:
    paid(cashier)

    assert "Midtrans" not in cashier.sees()


def test_an_order_walks_from_new_to_done(cashier: Counter) -> None:
    order = paid(cashier)

    for step, lane in (("start", "preparing"), ("ready", "ready"), ("serve", "done")):
        answer = cashier.does(order, step)
        assert answer.headers["location"] == f"/cashier?moved={order.uid}"
        assert order.uid in cashier.lane(lane)

    assert "data-sound" not in cashier.sees()


def test_a_started_order_rings_no_more(cashier: Counter) -> None:
    order = paid(cashier)
    cashier.does(order, "start")

    assert "data-sound" not in cashier.sees()


def test_a_step_can_be_taken_back_for_eight_seconds(cashier: Counter) -> None:
    order = paid(cashier)
    page = cashier.after(cashier.does(order, "start"))
    assert "dipindah ke Dimasak" in page
    assert f'action="/cashier/orders/{order.uid}/undo"' in page

    cashier.does(order, "undo")

    assert order.uid in cashier.lane("new")


def test_after_eight_seconds_the_step_stands_and_nobody_offers_to_undo_it(cashier: Counter) -> None:
    order = paid(cashier)
    answer = cashier.does(order, "start")

    cashier.shop.passes(timedelta(seconds=9))

    assert "/undo" not in cashier.after(answer)
    assert cashier.does(order, "undo").status_code == 409
    assert order.uid in cashier.lane("preparing")


def test_a_step_that_somebody_else_has_taken_already_is_refused_in_words(cashier: Counter) -> None:
    order = paid(cashier)
    cashier.does(order, "start")

    answer = cashier.does(order, "start")

    assert answer.status_code == 409
    assert "Kembali ke papan" in answer.text or "Back to the board" in answer.text


def test_two_presses_at_once_take_one_step(cashier: Counter) -> None:
    order = paid(cashier)

    codes = sorted(cashier.does(order, "start").status_code for _ in range(2))

    assert codes == [303, 409]
    assert order.uid in cashier.lane("preparing")


def test_the_board_is_new_with_the_next_look_after_every_event(cashier: Counter) -> None:
    first, second = paid(cashier), paid(cashier)
    assert first.uid in cashier.sees()

    cashier.does(first, "start")
    assert first.uid in cashier.lane("preparing")
    cashier.does(second, "start")
    assert second.uid in cashier.lane("preparing")


def test_an_unpaid_order_is_cancelled_by_a_cashier_with_a_reason(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam", pay_by="cash")
    assert cashier.does(order, "cancel", reason="  ").status_code == 422

    page = cashier.after(cashier.does(order, "cancel", reason="tamu pergi"))

    assert "Dibatalkan: tamu pergi" in page
    assert "BATAL" in cashier.lane("done")


def test_a_paid_order_is_cancelled_by_a_manager_only(counter: Counter) -> None:
    counter.signs_in("kasir")
    order = paid(counter)
    assert "PIN manajer" in counter.sees(f"/cashier?order={order.uid}")
    assert counter.does(order, "cancel", reason="habis").status_code == 403

    counter.signs_in("manager")
    assert f"/cashier/orders/{order.uid}/cancel" in counter.sees(f"/cashier?order={order.uid}")
    counter.does(order, "cancel", reason="habis")

    assert "Uang yang perlu ditangani (1)" in counter.sees()


def test_a_cashier_cancels_a_paid_order_with_a_managers_pin_beside_the_screen(counter: Counter) -> None:
    with_pins(counter.shop)
    counter.signs_in("kasir")
    order = paid(counter)
    for wrong in (CASHIERS_PIN, "999999"):
        assert counter.does(order, "cancel", reason="habis", pin=wrong).status_code == 403
    assert counter.shop.status(order)[0] == "confirmed"

    page = counter.after(counter.does(order, "cancel", reason="habis", pin=MANAGERS_PIN))

    assert "Dibatalkan: habis" in page
    with counter.shop.core.db.read() as session:
        cancelled = next(event for event in events_of_order(session, order.id) if event.kind == "order.cancelled")
        assert (cancelled.data["name"], cancelled.data["asked_by"]) == ("Manager", "Kasir")


def test_the_cashier_asks_the_bank_again_and_reads_the_answer(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam")
    assert "Cek ke bank" in cashier.sees(f"/cashier?order={order.uid}")
    cashier.shop.simulator.pay(cashier.shop.attempt(order).reference)
    cashier.shop.passes(timedelta(seconds=15))

    cashier.does(order, "check")
    cashier.shop.gateway_works()

    assert order.uid in cashier.lane("new")


def test_the_desk_shows_which_wallet_paid_and_under_which_reference(cashier: Counter) -> None:
    order = paid(cashier)
    reference = cashier.shop.attempt(order).reference

    assert f"…{reference[-4:]}" in cashier.sees(f"/cashier?order={order.uid}")


def test_a_manager_who_signed_in_a_while_ago_types_their_pin_to_cancel_what_was_paid(manager: Counter) -> None:
    with_pins(manager.shop)
    order = paid(manager)
    assert 'name="pin"' in manager.sees(f"/cashier?order={order.uid}")
    manager.shop.clock.added += timedelta(minutes=6)

    for wrong in ("", CASHIERS_PIN):
        assert manager.does(order, "cancel", reason="habis", pin=wrong).status_code == 403
        assert manager.shop.status(order)[0] == "confirmed"
    manager.does(order, "cancel", reason="habis", pin=MANAGERS_PIN)

    assert manager.shop.status(order)[0] == "cancelled"


@pytest.mark.parametrize("step", ["start", "ready", "serve", "undo", "cancel", "cash", "check"])
def test_an_order_that_is_not_there_is_not_found(manager: Counter, step: str) -> None:
    answer = manager.browser.post(f"/cashier/orders/nobody/{step}", data={"tendered": "1"} if step == "cash" else {})

    assert answer.status_code == 404


def test_another_outlets_order_is_not_found(manager: Counter) -> None:
    order = paid(manager)
    with manager.shop.core.db.write() as session:
        other = Outlet(name="Warung Lain")
        session.add(other)
        session.flush()
        session.get_one(Order, order.id).outlet_id = other.id

    assert manager.does(order, "start").status_code == 404
    assert order.label not in manager.reads(f"/cashier?order={order.uid}")

    with manager.shop.core.db.write() as session:
        session.get_one(Order, order.id).outlet_id = manager.shop.outlet.id


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "<b hx-get='/cashier/logout' hx-trigger='load'>x</b>",
        "{{7*7}}",
        "</textarea></li>",
    ],
)
def test_what_guests_type_is_shown_as_text(cashier: Counter, payload: str) -> None:
    order = cashier.shop.order("Sate Ayam", pay_by="cash")
    with cashier.shop.core.db.write() as session:
        session.execute(update(Order).values(customer_name=payload))
        session.execute(update(OrderLine).values(name=payload, note=payload))
    cashier.does(order, "cash", tendered="100000")

    for path in ("/cashier", f"/cashier?order={order.uid}", "/cashier/kitchen", "/cashier/board"):
        page = cashier.sees(path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b hx-get" not in page
        # As words of the page: a time or a uid may hold a 49 of its own.
        assert not re.search(r"[>×]\s*49\s*<", page)


def test_the_english_board_is_english(cashier: Counter) -> None:
    paid(cashier)

    page = cashier.sees("/cashier?lang=en")

    assert "QRIS PAID" in page
    assert "Awaiting cash" in page
    assert "Baru" not in page


def test_a_full_board_stays_small_however_much_is_done(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam", "Es Teh", pay_by="cash")
    copy_orders(cashier, order, 500, "awaiting_payment")
    copy_orders(cashier, order, 1000, "cancelled", first=1000)

    board = cashier.browser.get("/cashier/board", headers={"Accept-Encoding": "gzip"})

    assert board.text.count('class="slip ') == 521
    assert len(gzip.compress(board.content)) < 60_000


def copy_orders(counter: Counter, order: Order, count: int, status: str, *, first: int = 100) -> None:
    """Put many orders like one of them straight into the database."""
    now = counter.shop.clock()
    with counter.shop.core.db.write() as session:
        for number in range(first, first + count):
            copy = Order(
                uid=new_uid(),
                outlet_id=order.outlet_id,
                table_id=order.table_id,
                business_day=order.business_day,
                number=number,
                status=OrderStatus(status),
                payment_method=order.payment_method,
                payment_status=order.payment_status,
                subtotal=0,
                total=0,
                cash_total=0,
                created_at=now,
                moved_at=now,
                done_at=now if status == "cancelled" else None,
            )
            session.add(copy)
            session.flush()
            session.add(
                OrderLine(
                    order_id=copy.id,
                    position=0,
                    dish_id=counter.shop.dishes["Sate Ayam"].id,
                    name="Sate Ayam",
                    quantity=2,
                    unit_price=0,
                    amount=0,
                )
            )
