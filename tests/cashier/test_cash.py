"""Taking cash at the desk."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cashier.conftest import Counter


def test_the_guests_code_opens_the_order_with_what_is_due(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam", "Es Teh", pay_by="cash")
    assert "TUNAI" in cashier.lane("awaiting_cash")
    assert order.claim_code

    page = cashier.sees(f"/cashier?find={order.claim_code.lower()}")

    assert f'action="/cashier/orders/{order.uid}/cash"' in page
    assert f'data-due="{order.cash_total}"' in page
    assert f"Dibulatkan dari Rp{order.total:,}".replace(",", ".") in page


@pytest.mark.parametrize("wanted", ["{label}", "{number}", "1", " {label} "])
def test_an_order_is_found_by_number_and_by_table(cashier: Counter, wanted: str) -> None:
    order = cashier.shop.order("Sate Ayam", pay_by="cash")

    page = cashier.browser.get("/cashier", params={"find": wanted.format(label=order.label, number=order.number)}).text

    assert f'action="/cashier/orders/{order.uid}/cash"' in page


def test_a_table_with_several_orders_offers_a_choice(cashier: Counter) -> None:
    first = cashier.shop.order("Sate Ayam", pay_by="cash", table=2)
    second = cashier.shop.order("Es Teh", pay_by="cash", table=2)

    page = cashier.sees("/cashier?find=3")

    assert "Yang mana?" in page
    assert page.count(f"/cashier?order={first.uid}") >= 1
    assert page.count(f"/cashier?order={second.uid}") >= 1


@pytest.mark.parametrize("wanted", ["Meja 3", "meja 3", "Table 3", "MEJA3"])
def test_a_table_is_found_by_what_its_card_calls_it(cashier: Counter, wanted: str) -> None:
    order = cashier.shop.order("Sate Ayam", pay_by="cash", table=2)
    cashier.shop.order("Es Teh", pay_by="cash", table=1)
    third = cashier.shop.order("Es Teh", pay_by="cash", table=1)

    page = cashier.browser.get("/cashier", params={"find": wanted}).text

    assert third.number == 3  # the bare number would have found this one, too
    assert f'action="/cashier/orders/{order.uid}/cash"' in page


def test_a_number_that_is_not_on_the_board_leads_to_the_history(cashier: Counter) -> None:
    page = cashier.sees("/cashier?find=a99")

    assert "Di papan tidak ada pesanan dengan “A99”." in page
    assert "keempat hurufnya" not in page
    assert "/cashier/history?find=A99" in page


@pytest.mark.parametrize("wanted", ["ZZZZ", "nobody", "x" * 500, "\x00", "%", "' OR 1=1 --", "\u202e"])
def test_a_code_that_nobody_holds_is_answered_in_words_beside_the_board(cashier: Counter, wanted: str) -> None:
    answer = cashier.browser.get("/cashier", params={"find": wanted})

    assert answer.status_code == 200
    assert 'id="board"' in answer.text


def test_the_change_stands_large_on_the_desk_and_the_order_is_cooked(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam", "Es Teh", pay_by="cash")

    page = cashier.after(cashier.does(order, "cash", tendered="100000"))

    change = f"Rp{100_000 - order.cash_total:,}".replace(",", ".")
    assert f'<p class="change__amount amount">{change}</p>' in page
    assert "TUNAI LUNAS" in cashier.lane("new")


@pytest.mark.parametrize("typed", ["100.000", "Rp100.000", "Rp 100.000", " 100000 "])
def test_an_amount_may_be_typed_as_people_write_it(cashier: Counter, typed: str) -> None:
    order = cashier.shop.order("Sate Ayam", pay_by="cash")

    assert cashier.does(order, "cash", tendered=typed).status_code == 303


@pytest.mark.parametrize("typed", ["", "-1", "1", "1e9", "100,000", "0x10", "999999999999", "9" * 40, "٥٠٠٠٠"])
def test_an_amount_that_cannot_be_right_is_refused_and_nothing_is_written(cashier: Counter, typed: str) -> None:
    order = cashier.shop.order("Sate Ayam", pay_by="cash")

    assert cashier.does(order, "cash", tendered=typed).status_code == 422
    assert cashier.shop.status(order) == ("awaiting_payment", "pending")


@pytest.mark.parametrize("typed", ["50,000", "lima puluh", "50 000"])
def test_an_amount_that_cannot_be_read_is_answered_in_words(cashier: Counter, typed: str) -> None:
    order = cashier.shop.order("Es Teh", pay_by="cash")

    refused = cashier.does(order, "cash", tendered=typed)

    assert refused.status_code == 422
    assert "Tulis rupiah bulat" in refused.text
    assert "tendered" not in refused.text


def test_pressing_twice_takes_the_money_once(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam", pay_by="cash")

    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(lambda _: cashier.does(order, "cash", tendered="100000").status_code, range(8)))

    assert sorted(codes) == [303] + [409] * 7


def test_without_an_open_drawer_no_cash_is_taken(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam", pay_by="cash")
    cashier.browser.post("/cashier/shift/close", data={"counted": "200000"})

    assert 'href="/cashier/shift" hx-boost="false">Buka sif' in cashier.sees(f"/cashier?order={order.uid}")
    answer = cashier.does(order, "cash", tendered="100000")

    assert answer.status_code == 409
    assert "sif" in answer.text


def test_each_note_key_offers_enough_to_pay_without_javascript(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam", "Es Teh", pay_by="cash")
    due = order.cash_total

    page = cashier.sees(f"/cashier?order={order.uid}")

    for note in (20_000, 50_000, 100_000):
        assert f'value="{-(-due // note) * note}" data-note="{note}"' in page
    assert f'value="{due}" data-exact' in page


def test_a_cancelled_cash_order_shows_no_change_to_give(manager: Counter) -> None:
    order = manager.shop.order("Sate Ayam", pay_by="cash")
    manager.does(order, "cash", tendered="100000")

    page = manager.after(manager.does(order, "cancel", reason="habis"))

    assert "change__amount" not in page


def test_what_was_paid_in_cash_adds_up_with_its_rounding(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam", "Es Teh", pay_by="cash")
    assert order.rounding
    total = f"Rp{order.cash_total:,}".replace(",", ".")

    page = cashier.after(cashier.does(order, "cash", tendered="100000"))

    assert "<dt>Pembulatan</dt>" in page
    assert f"<dt>Total</dt><dd>{total}</dd>" in page
    assert f">{total}<" in cashier.sees("/cashier/history")
