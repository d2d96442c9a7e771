"""What a table does together, as its phones see it."""

import re

from core.outlets.models import Outlet
from tests.kiosk.conftest import Diner
from tests.shop import CASHIER


def asks_for_codes(diner: Diner) -> None:
    with diner.shop.core.db.write() as session:
        session.get_one(Outlet, diner.shop.outlet.id).asks_table_code = True


def code_of_the_table(diner: Diner) -> str:
    sitting = diner.shop.core.parties.party(diner.shop.tables[0].token, None).sitting
    assert sitting is not None
    return sitting.code


def shares(diner: Diner, *, yes: bool = True) -> str:
    return diner.browser.post(f"{diner.table}/share", data={"shares": "yes" if yes else "no"}).text


def calls(diner: Diner, wanted: str = "help") -> str:
    return diner.browser.post(f"{diner.table}/call", data={"wanted": wanted}).text


def test_the_menu_and_the_order_lead_to_the_table(diner: Diner) -> None:
    diner.adds("Es Teh")
    order = diner.pays_by("cash").text

    assert f'href="{diner.table}/party"' in diner.opens().text
    assert f'href="{diner.table}/party"' in order
    assert f'href="{diner.table}/party"' in diner.opens(f"{diner.table}/basket").text


def test_the_tables_page_lists_everybodys_orders_and_opens_only_ones_own(diner: Diner, neighbour: Diner) -> None:
    diner.adds("Es Teh")
    mine = diner.order_at(diner.pays_by("cash"))
    neighbour.adds("Sate Ayam")
    other = neighbour.order_at(neighbour.pays_by("cash"))

    page = diner.opens(f"{diner.table}/party").text

    assert "Anda tamu 1 dari 2 HP di meja ini." in page
    assert "Es Teh" in page
    assert "Sate Ayam" in page
    assert f"/orders/{mine.uid}" in page
    assert other.uid not in page
    assert other.label in page


def test_cash_is_the_same_amount_wherever_it_stands(diner: Diner) -> None:
    diner.adds("Es Teh")
    assert "Rp8.100" in diner.pays_by("cash").text

    for path in ("party", "basket"):
        page = diner.opens(f"{diner.table}/{path}").text
        assert "Rp8.100" in page
        assert "Rp8.085" not in page


def test_somebody_who_only_looks_is_told_nothing(diner: Diner, neighbour: Diner) -> None:
    diner.adds("Es Teh")
    diner.pays_by("cash")

    page = neighbour.opens(f"{diner.table}/party").text

    assert "Es Teh" not in page
    assert "Meja ini belum memesan" in page


def test_a_call_is_said_to_be_heard(diner: Diner) -> None:
    assert "Pelayan segera ke meja Anda." in calls(diner)
    (call,) = diner.shop.core.board.snapshot(diner.shop.outlet.id).calls
    diner.shop.core.floor.answer(diner.shop.outlet.id, call.sitting_uid, CASHIER)

    again = calls(diner)

    assert "Pelayan baru saja dari meja Anda." in again
    assert "Pelayan segera ke meja Anda." not in again
    assert diner.browser.post(f"{diner.table}/call", data={"wanted": "taxi"}).status_code == 422


def test_a_shared_basket_names_who_added_what(diner: Diner, neighbour: Diner) -> None:
    neighbour.adds("Sate Ayam")
    shares(neighbour)
    diner.adds("Es Teh")

    page = shares(diner)

    assert "Keranjang bersama Meja 1" in page
    assert re.search(r"Sate Ayam</h2>\s*<p[^>]*>Tamu 1<", page)
    assert re.search(r"Es Teh</h2>\s*<p[^>]*>Tamu 2<", page)
    alone = shares(diner, yes=False)
    assert "Pesan bersama semeja" in alone
    assert "Anda tamu" not in alone
    assert "Sate Ayam" not in alone


def test_what_another_phone_ordered_out_of_the_shared_basket_is_said_where_it_was(
    diner: Diner, neighbour: Diner
) -> None:
    for phone, dish in ((diner, "Es Teh"), (neighbour, "Sate Ayam")):
        phone.adds(dish)
        shares(phone)
    order = neighbour.order_at(neighbour.pays_by("cash"))

    page = diner.opens(f"{diner.table}/basket").text

    assert "Keranjang Anda kosong" in page
    assert f"{order.label}" in page.partition("Pesanan meja ini")[2]
    assert "Belum dibayar" in page
    assert order.uid not in page


def test_a_phone_with_nothing_picked_may_join_the_tables_basket(diner: Diner, neighbour: Diner) -> None:
    neighbour.adds("Sate Ayam")
    shares(neighbour)

    assert "Pesan bersama semeja" in diner.opens(f"{diner.table}/basket").text
    page = shares(diner)

    assert "Sate Ayam" in page
    # The page looks again by itself: what somebody is typing stays, and open.
    assert '<details class="note" hx-morph-skip>' in page


def test_a_phone_from_another_table_is_asked_and_never_orders_there_unseen(diner: Diner) -> None:
    diner.adds("Es Teh")
    there = f"/t/{diner.shop.tables[1].token}"
    other = diner.shop.tables[1].label

    for path in ("basket-bar", "basket"):
        page = diner.opens(f"{there}/{path}").text
        assert f"Sekarang Anda di Meja {other}." in page
        assert "Keranjang Anda di Meja 1 masih berisi 1 menu." in page
    brought = diner.browser.post(f"{there}/bring").text

    assert "Es Teh" in brought
    assert "Bawa ke sini" not in brought
    assert "Es Teh" not in diner.opens(f"{diner.table}/basket").text


def test_where_a_code_is_asked_for_the_basket_asks_and_keeps_what_is_in_it(diner: Diner) -> None:
    asks_for_codes(diner)
    diner.adds("Es Teh")

    page = diner.opens(f"{diner.table}/basket").text
    assert "Kode meja Anda" in page
    assert 'name="method"' not in page
    wrong = diner.browser.post(f"{diner.table}/code", data={"code": "abcd"})
    assert wrong.status_code == 403
    assert "Itu bukan kode meja ini." in wrong.text
    assert "Es Teh" in wrong.text

    right = diner.browser.post(f"{diner.table}/code", data={"code": code_of_the_table(diner)})

    assert 'name="method"' in right.text
    assert "/orders/" in str(diner.pays_by("cash").url)


def test_who_may_not_call_yet_is_asked_for_the_code_at_once(diner: Diner) -> None:
    asks_for_codes(diner)
    diner.adds("Es Teh")

    page = diner.opens(f"{diner.table}/party").text
    assert 'name="code"' in page
    assert 'name="wanted"' not in page
    diner.browser.post(f"{diner.table}/code", data={"code": code_of_the_table(diner)})

    assert 'name="wanted"' in diner.opens(f"{diner.table}/party").text


def test_a_program_names_the_code_too(diner: Diner) -> None:
    asks_for_codes(diner)
    diner.adds("Es Teh")
    body = {
        "table_token": diner.shop.tables[0].token,
        "lines": [{"dish_id": diner.shop.dishes["Es Teh"].id, "quantity": 1, "option_ids": []}],
        "payment_method": "cash",
    }

    without = diner.browser.post("/api/v1/orders", json=body)
    assert (without.status_code, without.json()["type"].rsplit("/", 1)[-1]) == (403, "table-code-needed")
    assert diner.browser.post("/api/v1/orders", json=body | {"table_code": "x"}).status_code == 403
    assert diner.browser.post("/api/v1/orders", json=body | {"table_code": code_of_the_table(diner)}).status_code == 201


def test_a_dead_sticker_has_no_party(diner: Diner) -> None:
    forms = {"call": {"wanted": "help"}, "share": {"shares": "yes"}, "code": {"code": "1234"}, "bring": {}}

    assert diner.opens("/t/not-a-table/party").status_code == 404
    for path, form in forms.items():
        assert diner.browser.post(f"/t/not-a-table/{path}", data=form).status_code == 404, path
