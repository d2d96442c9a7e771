"""The drawer's page."""

from tests.cashier.conftest import Counter


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
    assert "tidak ada" in closed

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


def test_a_form_with_a_field_too_many_or_too_few_is_refused(cashier: Counter) -> None:
    for form in ({}, {"counted": "1", "expected": "1"}, {"counted": "x"}):
        assert cashier.browser.post("/cashier/shift/close", data=form).status_code == 422
