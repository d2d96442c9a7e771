"""A guest at the counter: the cashier picks, the guest scans or pays cash."""

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from core.base.ids import new_uid
from core.orders.models import Order
from tests.cashier.conftest import HERE, Counter
from tests.shop import CASHIER

NEW = "/cashier/new"


def begins(counter: Counter) -> str:
    """Begin an order; gives its address."""
    answer = counter.opens(NEW)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def picks(counter: Counter, address: str, name: str, **more: str) -> str:
    form = {"dish_id": str(counter.shop.dishes[name].id), "key": new_uid()} | more
    return counter.after(counter.browser.post(f"{address}/lines", data=form))


def places(counter: Counter, address: str, method: str, **more: str) -> Order:
    page = counter.sees(address)
    total = re.search(r'name="expected_total" value="(\d+)"', page)
    key = re.search(r'/place".*?name="key" value="([^"]+)"', page, re.DOTALL)
    assert total is not None
    assert key is not None
    form = {"key": key[1], "method": method, "expected_total": total[1]} | more
    answer = counter.browser.post(f"{address}/place", data=form)
    assert answer.status_code == 303, answer.text
    uid = answer.headers["location"].partition("order=")[2]
    return counter.shop.core.orders.page(uid).order


def test_a_bar_leads_to_what_has_been_typed_and_says_what_it_comes_to(cashier: Counter) -> None:
    address = begins(cashier)
    assert 'class="walk__bar"' not in cashier.sees(address)

    picks(cashier, address, "Es Teh")
    picks(cashier, address, "Es Teh")

    bar = re.search(r'<a class="walk__bar" href="#order".*?</a>', cashier.sees(address))
    assert bar is not None
    assert re.search(r'>2</b>.*<data value="\d+">Rp', bar[0])
    assert 'id="order"' in cashier.sees(address)


def test_each_order_begins_with_nothing_of_the_last(cashier: Counter) -> None:
    first, second = begins(cashier), begins(cashier)
    picks(cashier, first, "Es Teh")

    assert first != second
    assert "Ketuk menu untuk mulai" in cashier.sees(second)
    assert "Es Teh" in re.findall(r'class="walk__line">.*?<b>([^<]+)', cashier.sees(first), re.DOTALL)


def test_a_cash_order_is_typed_and_paid_at_the_desk(cashier: Counter) -> None:
    address = begins(cashier)
    picks(cashier, address, "Es Teh")
    picks(cashier, address, "Sate Ayam")

    order = places(cashier, address, "cash", customer_name="Bu Sri")

    desk = cashier.sees(f"/cashier?order={order.uid}")
    assert "Bu Sri" in desk
    assert 'name="tendered"' in desk
    assert [line.name for line in order.lines] == ["Es Teh", "Sate Ayam"]
    cashier.does(order, "cash", tendered=str(order.cash_total))
    assert cashier.shop.status(order) == ("confirmed", "paid")
    # Who typed it stands in its story.
    placed = cashier.shop.page(order).history[0]
    assert (placed.kind, placed.by) == ("order.placed", "staff:3")


def test_a_qris_order_is_scanned_from_the_desk_and_from_the_guests_display(cashier: Counter) -> None:
    address = begins(cashier)
    picks(cashier, address, "Es Teh")
    before = cashier.sees("/cashier/display")

    order = places(cashier, address, "qris")
    cashier.shop.gateway_works()

    reference = cashier.shop.attempt(order).reference
    assert "Warung Uji" in before
    for page in (f"/cashier?order={order.uid}", "/cashier/display", "/cashier/display/now"):
        assert f'id="qr-{reference}"' in cashier.sees(page)
    cashier.shop.wallet.pays(order)
    paid = cashier.sees("/cashier/display")
    assert "LUNAS" in paid
    assert order.label in paid


def test_the_guests_display_shows_the_counters_orders_only_and_forgets_them(cashier: Counter) -> None:
    shop = cashier.shop
    shop.order("Es Teh")
    assert "qr-" not in cashier.sees("/cashier/display")
    address = begins(cashier)
    picks(cashier, address, "Es Teh")
    order = places(cashier, address, "qris")
    shop.gateway_works()
    shop.wallet.pays(order)

    shop.clock.added += timedelta(seconds=25)

    assert order.label not in re.findall(r"display__number.*?</span>([^<]+)", cashier.sees("/cashier/display"))


def test_each_cashiers_guest_sees_what_that_cashier_typed_with_its_number_and_dishes(cashier: Counter) -> None:
    shop = cashier.shop
    address = begins(cashier)
    picks(cashier, address, "Es Teh")
    mine = places(cashier, address, "qris", customer_name="<b>Bu Sri</b>")
    colleague = Counter(TestClient(cashier.browser.app, HERE, follow_redirects=False), shop)
    colleague.signs_in("manager")
    theirs_at = begins(colleague)
    picks(colleague, theirs_at, "Sate Ayam")
    theirs = places(colleague, theirs_at, "qris")
    shop.gateway_works()

    shown, theirs_shown = (counter.sees("/cashier/display/now") for counter in (cashier, colleague))

    assert f"qr-{shop.attempt(mine).reference}" in shown
    assert f"qr-{shop.attempt(theirs).reference}" in theirs_shown
    for said in (mine.label, "&lt;b&gt;Bu Sri&lt;/b&gt;", "1× Es Teh"):
        assert said in shown
    words = cashier.reads("/cashier/display/now")
    assert mine.label in words
    assert theirs.label not in words


def test_a_qr_that_a_guest_has_left_is_not_there_for_the_next_one(cashier: Counter) -> None:
    address = begins(cashier)
    picks(cashier, address, "Es Teh")
    order = places(cashier, address, "qris")
    cashier.shop.gateway_works()

    cashier.shop.clock.added += timedelta(minutes=6)

    assert order.label not in cashier.reads("/cashier/display/now")


def test_the_display_says_whether_it_is_connected(cashier: Counter) -> None:
    page = cashier.sees("/cashier/display")

    assert 'id="light"' in page
    assert 'id="sound"' not in page


def test_who_comes_back_from_the_board_goes_on_with_the_order_begun(cashier: Counter) -> None:
    address = begins(cashier)
    cashier.sees(address)
    picks(cashier, address, "Es Teh")

    assert begins(cashier) == address
    assert cashier.opens(f"{NEW}?fresh=yes").headers["location"] != address
    places(cashier, address, "cash")
    assert begins(cashier) != address


def test_a_round_without_anything_in_it_is_not_gone_on_with(cashier: Counter) -> None:
    address = begins(cashier)
    cashier.sees(address)

    assert begins(cashier) != address


def test_two_cashiers_in_turns_at_one_screen_each_find_their_own_order(cashier: Counter) -> None:
    begun = {}
    for username, dish in (("kasir", "Es Teh"), ("manager", "Sate Ayam")):
        cashier.signs_in(username)
        begun[username] = begins(cashier)
        picks(cashier, begun[username], dish)

    for username in ("kasir", "manager", "kasir"):
        cashier.signs_in(username)
        assert begins(cashier) == begun[username]


def test_whoever_takes_over_in_mid_order_goes_on_with_it_at_its_address(cashier: Counter) -> None:
    address = begins(cashier)
    picks(cashier, address, "Es Teh")

    cashier.signs_in("manager")

    assert "Es Teh" in re.findall(r'class="walk__line">.*?<b>([^<]+)', cashier.sees(address), re.DOTALL)
    assert begins(cashier) == address


@pytest.mark.parametrize("cookie", ["", "~", "3.short", "3." + "a" * 22 + "~x", "\x01", "9" * 4000])
def test_a_broken_note_of_what_was_typed_begins_an_order_anew(cashier: Counter, cookie: str) -> None:
    cashier.browser.cookies.set("meja_rounds", cookie)

    assert begins(cashier).startswith(NEW)


def test_a_dish_that_sold_out_meanwhile_is_said_beside_the_basket(cashier: Counter) -> None:
    address = begins(cashier)
    picks(cashier, address, "Es Teh")
    dish = cashier.shop.dishes["Sate Ayam"]
    cashier.shop.core.menu.set_sold_out(dish.id, sold_out=True, by=CASHIER)

    answer = cashier.browser.post(f"{address}/lines", data={"dish_id": str(dish.id), "key": new_uid()})

    assert answer.status_code == 409
    assert 'id="walk"' in answer.text
    assert "Sate Ayam baru saja habis" in answer.text
    assert "Es Teh" in re.findall(r'class="walk__line">.*?<b>([^<]+)', answer.text, re.DOTALL)


def test_a_dish_that_left_the_menu_is_said_beside_the_basket_too(cashier: Counter) -> None:
    answer = cashier.browser.post(f"{begins(cashier)}/lines", data={"dish_id": "999999", "key": new_uid()})

    assert answer.status_code == 422
    assert 'id="walk"' in answer.text


def test_a_note_too_long_is_mended_where_it_was_typed(cashier: Counter) -> None:
    dish = cashier.shop.dishes["Es Teh"]

    answer = cashier.browser.post(f"{begins(cashier)}/lines", data={"dish_id": str(dish.id), "note": "x" * 500})

    assert answer.status_code == 422
    assert 'name="note"' in answer.text


def test_every_dish_has_a_page_where_options_and_a_note_are_said(cashier: Counter) -> None:
    address = begins(cashier)
    page = cashier.sees(address)

    for name in ("Es Teh", "Mi Goreng", "Sate Ayam"):
        assert f"{address}/dishes/{cashier.shop.dishes[name].id}" in page
    assert "Tanpa es" in picks(cashier, address, "Es Teh", note="Tanpa es")


def test_the_desk_of_a_waiting_order_answers_only_when_there_is_news(cashier: Counter) -> None:
    address = begins(cashier)
    picks(cashier, address, "Es Teh")
    order = places(cashier, address, "qris")
    cashier.shop.gateway_works()
    asks = re.search(r'hx-get="([^"]+/desk\?seen=[^"]+)"', cashier.sees(f"/cashier?order={order.uid}"))
    assert asks is not None

    assert cashier.opens(asks[1]).status_code == 204
    cashier.shop.wallet.pays(order)

    assert "QRIS LUNAS" in cashier.sees(asks[1])
    assert "seen=" not in cashier.sees(asks[1])


def test_a_dish_that_asks_is_asked_about(cashier: Counter) -> None:
    address = begins(cashier)
    dish = cashier.shop.dishes["Mi Goreng"]

    page = cashier.sees(f"{address}/dishes/{dish.id}")
    unanswered = cashier.browser.post(f"{address}/lines", data={"dish_id": str(dish.id)})
    option = dish.option_groups[0].options[1]
    picked = picks(
        cashier, address, "Mi Goreng", **{f"choice_{dish.option_groups[0].id}": str(option.id)}, note="Tanpa telur"
    )

    assert f"{address}/dishes/{dish.id}" in cashier.sees(address)
    assert "Level pedas" in page
    assert unanswered.status_code == 422
    assert "Level pedas" in unanswered.text
    assert "Pedas" in picked
    assert "Tanpa telur" in picked


def test_lines_are_changed_and_taken_out(cashier: Counter) -> None:
    address = begins(cashier)
    page = picks(cashier, address, "Es Teh")
    line = re.search(rf'action="({address}/lines/\d+)"', page)
    assert line is not None

    more = cashier.after(cashier.browser.post(line[1], data={"quantity": "3"}))
    none = cashier.after(cashier.browser.post(line[1], data={"quantity": "0"}))

    assert "<output>3</output>" in more
    assert "Ketuk menu untuk mulai" in none


def test_what_is_taken_away_carries_no_service_charge(cashier: Counter) -> None:
    address = begins(cashier)
    picks(cashier, address, "Sate Ayam")

    cashier.browser.post(f"{address}/serving", data={"serving": "take_away"})
    order = places(cashier, address, "cash")

    assert (order.service, str(order.serving)) == (0, "take_away")


def test_an_order_at_another_price_than_was_shown_is_not_placed(cashier: Counter) -> None:
    address = begins(cashier)
    picks(cashier, address, "Es Teh")

    answer = cashier.browser.post(f"{address}/place", data={"key": new_uid(), "method": "cash", "expected_total": "1"})

    assert answer.status_code == 409
    assert "Es Teh" in answer.text
    assert 'role="alert"' in answer.text


def test_pressed_twice_it_is_one_order(cashier: Counter) -> None:
    address = begins(cashier)
    picks(cashier, address, "Es Teh")
    total = re.search(r'name="expected_total" value="(\d+)"', cashier.sees(address))
    assert total is not None
    form = {"key": new_uid(), "method": "cash", "expected_total": total[1]}

    first, second = (cashier.browser.post(f"{address}/place", data=form) for _ in range(2))

    assert first.headers["location"] == second.headers["location"]


def test_a_paused_house_takes_no_order_here_either_and_says_why(cashier: Counter) -> None:
    address = begins(cashier)
    picks(cashier, address, "Es Teh")
    cashier.browser.post("/cashier/menu/pause", data={"reason": "Dapur penuh", "minutes": ""})

    page = cashier.sees(address)
    answer = cashier.browser.post(
        f"{address}/place", data={"key": new_uid(), "method": "cash", "expected_total": "8085"}
    )

    assert "Dapur penuh" in page
    assert answer.status_code in {409, 503}
    assert "Es Teh" in answer.text


@pytest.mark.parametrize("path", ["short", "a" * 23, "a b" * 7 + "a", "%00" + "a" * 21])
def test_an_address_that_is_no_round_is_not_there(cashier: Counter, path: str) -> None:
    assert cashier.opens(f"{NEW}/{path}").status_code == 404


def test_nobody_sits_at_the_counter_and_it_has_no_sticker(cashier: Counter) -> None:
    address = begins(cashier)
    picks(cashier, address, "Es Teh")
    order = places(cashier, address, "cash")

    assert order.sitting_id is None
    assert order.table is not None
    assert order.table.label not in [view.table.label for view in cashier.shop.core.floor.floor(order.outlet_id).tables]
    assert "Makan di sini" in cashier.sees(f"/cashier?order={order.uid}")
