"""The drawer's page."""

import re

import pytest

from core.ledger.models import Account
from tests.cashier.conftest import CASHIERS_PIN, MANAGERS_PIN, Counter, with_pins
from tests.services.test_refunds import ask, paid
from tests.shop import CASHIER


def test_nobody_is_told_what_should_be_in_the_drawer_before_it_is_counted(cashier: Counter) -> None:
    order = cashier.shop.order("Sate Ayam", pay_by="cash")
    cashier.does(order, "cash", tendered="100000")
    expected = f"{200_000 + order.cash_total:,}".replace(",", ".")

    assert expected not in cashier.sees("/cashier/shift")

    sheet = cashier.after(cashier.browser.post("/cashier/shift/close", data={"counted": "230.000"}))
    assert f"Rp{expected}" in sheet
    assert "Selisih" in sheet


def test_a_shift_is_opened_counted_and_opened_again(cashier: Counter) -> None:
    assert cashier.browser.post("/cashier/shift/open", data={"opening_float": "1"}).status_code == 409

    closed = cashier.after(cashier.browser.post("/cashier/shift/close", data={"counted": "200000"}))
    assert "Laci tertutup" in closed
    assert "<dd>pas</dd>" in closed

    opened = cashier.after(cashier.browser.post("/cashier/shift/open", data={"opening_float": "150.000"}))
    assert "Rp150.000" in opened


def test_money_carried_out_is_listed_with_its_reason(cashier: Counter) -> None:
    form = {"kind": "out", "amount": "35.000", "reason": "beli es <b>batu</b>"}

    page = cashier.after(cashier.browser.post("/cashier/shift/movement", data=form))

    assert "beli es &lt;b&gt;batu&lt;/b&gt;" in page
    assert "−Rp35.000" in page


def test_much_money_needs_a_manager(counter: Counter) -> None:
    form = {"kind": "out", "amount": "500.001", "reason": "setor"}
    counter.signs_in("kasir")
    assert counter.browser.post("/cashier/shift/movement", data=form).status_code == 403

    counter.signs_in("manager")
    assert counter.browser.post("/cashier/shift/movement", data=form).status_code == 303


def test_a_managers_pin_lets_the_cashier_carry_much_money_and_both_are_named(counter: Counter) -> None:
    with_pins(counter.shop)
    form = {"kind": "out", "amount": "500.001", "reason": "setor"}
    counter.signs_in("kasir")
    refused = counter.browser.post("/cashier/shift/movement", data=form)
    assert (refused.status_code, 'name="pin"' in refused.text, 'value="500.001"' in refused.text) == (403, True, True)

    own = counter.browser.post("/cashier/shift/movement", data=form | {"pin": CASHIERS_PIN})
    assert (own.status_code, 'name="pin"' in own.text) == (403, True)
    assert CASHIERS_PIN not in own.text

    page = counter.after(counter.browser.post("/cashier/shift/movement", data=form | {"pin": MANAGERS_PIN}))

    assert "−Rp500.001" in page
    assert "Kasir · diizinkan oleh Manager" in page


def test_a_pin_that_was_not_needed_is_not_asked_about(counter: Counter) -> None:
    with_pins(counter.shop)
    counter.signs_in("manager")
    form = {"kind": "out", "amount": "500.001", "reason": "setor", "pin": "000000"}

    page = counter.after(counter.browser.post("/cashier/shift/movement", data=form))

    assert "−Rp500.001" in page
    assert "diizinkan" not in page


def test_a_small_amount_stays_under_the_name_of_whoever_carried_it(counter: Counter) -> None:
    with_pins(counter.shop)
    counter.signs_in("kasir")
    form = {"kind": "out", "amount": "1.000", "reason": "parkir", "pin": MANAGERS_PIN}

    assert "diizinkan" not in counter.after(counter.browser.post("/cashier/shift/movement", data=form))


def test_a_form_with_a_field_too_many_or_too_few_is_refused(cashier: Counter) -> None:
    for form in ({}, {"counted": "1", "expected": "1"}, {"counted": "x"}):
        assert cashier.browser.post("/cashier/shift/close", data=form).status_code == 422


def test_notes_and_coins_are_counted_and_stand_on_the_sheet(cashier: Counter) -> None:
    form = {"note_100000": "1", "note_50000": "1", "note_20000": "2", "note_500": "20", "note_200": ""}

    sheet = cashier.after(cashier.browser.post("/cashier/shift/close", data=form))

    assert "1 × Rp100.000 · 1 × Rp50.000 · 2 × Rp20.000 · 20 × Rp500" in sheet
    assert "<dd>pas</dd>" in sheet


def test_notes_that_do_not_come_to_the_sum_are_counted_again_with_nothing_lost(cashier: Counter) -> None:
    form = {"note_100000": "1", "note_50000": "1", "counted": "200.000"}

    answer = cashier.browser.post("/cashier/shift/close", data=form)

    assert answer.status_code == 422
    assert "150.000" in answer.text
    assert (
        'name="note_50000" data-worth="50000" inputmode="numeric" pattern="[0-9]*" maxlength="5" autocomplete="off" value="1"'
        in answer.text
    )
    assert 'value="200.000"' in answer.text
    assert cashier.shop.core.shifts.current(cashier.shop.outlet.id) is not None


def test_what_was_typed_wrongly_is_shown_again(cashier: Counter) -> None:
    answer = cashier.browser.post("/cashier/shift/movement", data={"kind": "in", "amount": "banyak", "reason": "tukar"})

    assert answer.status_code == 422
    assert 'value="banyak"' in answer.text
    assert 'value="tukar"' in answer.text


def test_a_count_with_nothing_in_it_is_none(cashier: Counter) -> None:
    assert cashier.browser.post("/cashier/shift/close", data={"counted": " "}).status_code == 422
    assert cashier.browser.post("/cashier/shift/close", data={"counted": "0"}).status_code == 303


def test_the_next_shift_takes_over_what_was_counted(cashier: Counter) -> None:
    closed = cashier.after(cashier.browser.post("/cashier/shift/close", data={"counted": "180000"}))
    assert 'name="opening_float" value="180000"' in closed

    opened = cashier.after(cashier.browser.post("/cashier/shift/open", data={"opening_float": "180000"}))

    assert "Rp180.000" in opened


def test_only_a_manager_sees_what_came_in_while_the_drawer_is_open(counter: Counter) -> None:
    paid(counter.shop)
    counter.signs_in("kasir")
    blind = counter.sees("/cashier/shift")
    counter.signs_in("manager")
    seen = counter.sees("/cashier/shift")

    assert "Laporan X" not in blind
    assert "Laporan X" in seen
    assert "QRIS, 1 pembayaran" in seen


def test_a_sheet_tells_the_whole_outlets_takings_and_is_found_again(cashier: Counter) -> None:
    shop = cashier.shop
    order = paid(shop)
    ask(shop, order, 1_000)
    in_cash = shop.order("Es Teh", pay_by="cash")
    cashier.does(in_cash, "cash", tendered="50000")
    cashier.browser.post("/cashier/shift/close", data={"counted": "100000"})

    listed = cashier.sees("/cashier/shift/sheets")
    address = re.search(r'href="(/cashier/shift/sheets/\d+)"', listed)
    assert address is not None
    sheet = cashier.sees(address[1])

    assert "kurang" in listed
    for amount in (order.total, in_cash.cash_total, order.total - 1_000 + in_cash.cash_total):
        assert f"Rp{amount:,}".replace(",", ".") in sheet
    assert cashier.opens("/cashier/shift/sheets/999999").status_code == 404
    assert cashier.opens("/cashier/shift/sheets/x").status_code == 404


def test_the_open_shift_has_no_sheet_yet(cashier: Counter) -> None:
    current = cashier.shop.core.shifts.current(cashier.shop.outlet.id)
    assert current is not None

    assert cashier.opens(f"/cashier/shift/sheets/{current.shift.id}").status_code == 404


def test_a_busy_moment_says_when_to_come_again_and_keeps_what_was_typed(
    cashier: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.base.database.WAIT_SECONDS", 0.1)
    with cashier.shop.core.db.write():
        answer = cashier.browser.post(
            "/cashier/shift/movement", data={"kind": "in", "amount": "1.000", "reason": "tukar"}
        )

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert 'value="tukar"' in answer.text


def test_a_sheet_lays_qris_beside_the_orders_and_says_what_was_never_paid(cashier: Counter) -> None:
    shop = cashier.shop
    order, given_up = paid(shop), shop.order("Es Teh", pay_by="cash")
    shop.core.kitchen.cancel(given_up.uid, "tamu pergi", CASHIER, may_void=False)
    cashier.browser.post("/cashier/shift/close", data={"counted": "200000"})
    after = paid(shop)

    sheet = " ".join(re.sub(r"<[^>]*>", " ", cashier.sees("/cashier/shift/sheets/1?lang=en")).split())

    total, lost = (f"Rp{one.total:,}".replace(",", ".") for one in (order, given_up))
    assert "QRIS against orders agrees" in sheet
    assert f"Came by QRIS, 1 payment {total} Paid by QRIS, 1 order {total}" in sheet
    assert f"Ordered and never paid, 1 order {lost}" in sheet
    assert shop.status(after)[1] == "paid"


def test_a_page_that_stood_open_does_not_count_the_next_persons_shift(cashier: Counter) -> None:
    stale = hidden(cashier.sees("/cashier/shift"), "/cashier/shift/close")
    cashier.browser.post("/cashier/shift/close", data={"counted": "200000"})
    cashier.browser.post("/cashier/shift/open", data={"opening_float": "150000"})

    refused = cashier.browser.post("/cashier/shift/close", data={"counted": "200000"} | stale)

    assert refused.status_code == 409
    assert "sif lain" in refused.text
    assert cashier.shop.core.shifts.current(cashier.shop.outlet.id) is not None
    assert cashier.shop.balance(Account.DRAWER) == 150_000


def test_a_page_that_stood_open_carries_nothing_out_of_the_next_persons_drawer(cashier: Counter) -> None:
    stale = hidden(cashier.sees("/cashier/shift"), "/cashier/shift/movement")
    cashier.browser.post("/cashier/shift/close", data={"counted": "200000"})
    cashier.browser.post("/cashier/shift/open", data={"opening_float": "150000"})

    form = {"kind": "out", "amount": "35.000", "reason": "beli es"}
    assert cashier.browser.post("/cashier/shift/movement", data=form | stale).status_code == 409
    assert cashier.shop.balance(Account.DRAWER) == 150_000


def test_money_is_carried_once_however_often_its_form_is_sent(cashier: Counter) -> None:
    form = {"kind": "out", "amount": "35.000", "reason": "beli es"}
    form |= hidden(cashier.sees("/cashier/shift"), "/cashier/shift/movement")

    *_, page = [cashier.after(cashier.browser.post("/cashier/shift/movement", data=form)) for _ in range(3)]

    assert page.count("beli es") == 1
    assert cashier.shop.balance(Account.DRAWER) == 165_000

    # The page that comes is for the next one; and another amount is another movement.
    again = form | hidden(page, "/cashier/shift/movement")
    cashier.after(cashier.browser.post("/cashier/shift/movement", data=again))
    cashier.after(cashier.browser.post("/cashier/shift/movement", data=again | {"amount": "1.000"}))
    assert cashier.shop.balance(Account.DRAWER) == 129_000


def hidden(page: str, action: str) -> dict[str, str]:
    """What a form carries that nobody types."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', page, re.DOTALL)
    assert form is not None, action
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
