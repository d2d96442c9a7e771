from typing import Any

from core.events.record import Actor
from tests.kiosk.conftest import Diner, hidden


def test_a_dish_is_added_with_one_tap(diner: Diner) -> None:
    page = diner.browser.post(f"{diner.table}/basket", data={"dish_id": str(diner.shop.dishes["Es Teh"].id)})

    assert page.status_code == 200
    assert page.url.path.endswith("/basket")
    assert "Es Teh" in page.text


def test_the_bar_says_how_much_is_in_the_basket(diner: Diner) -> None:
    assert "Ketuk +" in diner.opens(f"{diner.table}/basket-bar").text

    diner.adds("Es Teh", 2)
    diner.adds("Sate Ayam")

    bar = diner.opens(f"{diner.table}/basket-bar").text
    assert 'data-count="3"' in bar
    assert "Rp48.510" in bar  # 42,000 + 5 % service + 10 % tax


def test_the_answer_to_a_question_has_a_field_of_its_own(diner: Diner) -> None:
    noodles = diner.shop.dishes["Mi Goreng"]
    group = noodles.option_groups[0]

    answered: dict[str, Any] = {f"choice_{group.id}": str(group.options[1].id)}
    page = diner.adds("Mi Goreng", **answered, note="tanpa bawang")

    assert "Pedas" in page.text
    assert "tanpa bawang" in page.text
    assert "Rp26.000" in page.text


def test_an_unanswered_question_is_asked_in_one_sentence(diner: Diner) -> None:
    answer = diner.adds("Mi Goreng")

    assert answer.status_code == 422
    assert "Level pedas" in answer.text


def test_a_number_is_changed_and_a_line_taken_out(diner: Diner) -> None:
    diner.adds("Es Teh")
    line = _line(diner)

    assert "Rp21.000" in diner.browser.post(f"{diner.table}/basket/{line}", data={"quantity": "3"}).text
    assert "kosong" in diner.browser.post(f"{diner.table}/basket/{line}", data={"quantity": "0"}).text


def test_nobody_changes_the_basket_of_another_phone(diner: Diner, neighbour: Diner) -> None:
    diner.adds("Es Teh")

    neighbour.browser.post(f"{diner.table}/basket/{_line(diner)}", data={"quantity": "0"})

    assert "Es Teh" in diner.opens(f"{diner.table}/basket").text
    assert "kosong" in neighbour.opens(f"{diner.table}/basket").text


def test_senseless_numbers_and_foreign_fields_are_refused(diner: Diner) -> None:
    for quantity in ("0.0001", "-1", "100000", "1e2", "", "٣"):
        answer = diner.browser.post(
            f"{diner.table}/basket", data={"dish_id": str(diner.shop.dishes["Es Teh"].id), "quantity": quantity}
        )
        assert answer.status_code == 422, quantity
    assert diner.adds("Es Teh", price="1").status_code == 422
    assert 'data-count="0"' in diner.opens(f"{diner.table}/basket-bar").text


def test_what_sells_out_in_the_basket_is_named_and_the_rest_stays(diner: Diner) -> None:
    diner.adds("Es Teh")
    diner.adds("Sate Ayam")

    diner.shop.core.menu.set_sold_out(diner.shop.dishes["Es Teh"].id, sold_out=True, by=Actor("system"))

    page = diner.opens(f"{diner.table}/basket").text
    assert "Yang lain tetap di keranjang." in page
    assert "Sate Ayam" in page
    assert 'name="method"' not in page


def test_a_note_is_shown_as_text_and_never_as_markup(diner: Diner) -> None:
    page = diner.adds("Es Teh", note="<script>alert(1)</script>").text

    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_every_page_of_the_basket_carries_a_key_of_its_own(diner: Diner) -> None:
    diner.adds("Es Teh")

    first, second = (hidden(diner.opens(f"{diner.table}/basket").text, "key") for _ in range(2))

    assert first != second


def _line(diner: Diner) -> int:
    guest = diner.browser.app.state.cookies.signer.unsign(diner.browser.cookies["meja_guest"]).decode()  # type: ignore[attr-defined] # the client knows no more than a callable
    visit = diner.shop.core.baskets.visit(diner.shop.tables[0].token, guest)
    assert visit is not None
    return diner.shop.core.baskets.basket(visit.id).lines[0].id


def test_a_press_that_a_browser_sends_seven_times_counts_once(diner: Diner) -> None:
    for _ in range(7):
        diner.adds("Sate Ayam", key="one-press-of-a-thumb")
    diner.adds("Sate Ayam", key="another-press-of-it")

    assert 'data-count="2"' in diner.opens(f"{diner.table}/basket-bar").text


def test_a_key_that_was_used_for_another_dish_is_refused(diner: Diner) -> None:
    diner.adds("Sate Ayam", key="one-press-of-a-thumb")

    assert diner.adds("Es Teh", key="one-press-of-a-thumb").status_code == 422
    assert 'data-count="1"' in diner.opens(f"{diner.table}/basket-bar").text


def test_an_order_whose_answer_was_lost_is_found_in_the_basket_and_on_the_menu(diner: Diner) -> None:
    diner.adds("Sate Ayam")
    order = diner.order_at(diner.pays_by("qris"))

    assert f'href="/orders/{order.uid}"' in diner.opens(f"{diner.table}/basket").text
    assert f'href="/orders/{order.uid}"' in diner.opens(f"{diner.table}/basket-bar").text

    diner.shop.gateway_works()
    diner.shop.wallet.pays(order)
    assert f"/orders/{order.uid}" not in diner.opens(f"{diner.table}/basket").text


def test_nobody_else_at_the_table_is_shown_that_order(diner: Diner, neighbour: Diner) -> None:
    diner.adds("Sate Ayam")
    diner.pays_by("qris")
    neighbour.adds("Es Teh")

    assert "/orders/" not in neighbour.opens(f"{diner.table}/basket-bar").text
