import gzip
import re
import time

from starlette.testclient import TestClient

from core.events.record import Actor
from core.outlets.models import Table
from kiosk.menu_bytes import FRESH_SECONDS
from tests.kiosk.conftest import Diner


def test_the_menu_names_the_table_and_lists_what_there_is_to_eat(diner: Diner) -> None:
    page = diner.opens()

    assert page.status_code == 200
    assert "Meja 1" in page.text
    assert "Sate Ayam" in page.text
    assert "Rp28.000" in page.text


def test_a_reader_of_english_gets_the_menu_in_english(diner: Diner) -> None:
    diner.browser.post("/language", data={"language": "en", "next": diner.table})

    page = diner.opens()

    assert '<html lang="en">' in page.text
    assert "Table 1" in page.text


def test_the_same_menu_again_costs_nothing(diner: Diner) -> None:
    first = diner.opens()

    again = diner.opens("", **{"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304
    assert again.content == b""


def test_a_browser_that_does_not_unpack_gets_the_menu_as_it_is(diner: Diner) -> None:
    page = diner.opens("", **{"Accept-Encoding": "identity"})

    assert "content-encoding" not in page.headers
    assert "Sate Ayam" in page.text


def test_a_dish_that_sells_out_turns_grey_within_two_seconds(diner: Diner) -> None:
    diner.opens()

    diner.shop.core.menu.set_sold_out(diner.shop.dishes["Es Teh"].id, sold_out=True, by=Actor("system"))
    time.sleep(FRESH_SECONDS + 0.1)

    row = re.search(r'<li class="dish dish--out.*?</li>', diner.opens().text, re.DOTALL)
    assert row is not None
    assert "Es Teh" in row[0]
    assert "Habis" in row[0]


def test_an_open_menu_is_nudged_when_something_sells_out(live_diner: Diner) -> None:
    token = live_diner.shop.tables[0].token
    with live_diner.browser.websocket_connect(f"/live/menu/{token}", headers={"Origin": "http://testserver"}) as socket:
        live_diner.shop.core.menu.set_sold_out(live_diner.shop.dishes["Es Teh"].id, sold_out=True, by=Actor("system"))

        assert socket.receive_json()["event"] > 0


def test_a_sticker_that_was_replaced_is_dead(diner: Diner) -> None:
    diner.opens()
    with diner.shop.core.db.write() as session:
        table = session.get(Table, diner.shop.tables[0].id)
        assert table is not None
        table.token = "another-token-of-the-table"
    time.sleep(FRESH_SECONDS + 0.1)

    assert diner.opens().status_code == 404


def test_an_unknown_table_is_answered_with_a_page_and_no_menu(diner: Diner) -> None:
    page = diner.opens("/t/nobody-knows-this-one")

    assert page.status_code == 404
    assert "Sate Ayam" not in page.text


def test_a_dish_that_asks_something_opens_its_page_and_others_are_added_at_once(diner: Diner) -> None:
    page = diner.opens().text

    assert f'name="dish_id" value="{diner.shop.dishes["Sate Ayam"].id}"' in page
    assert f'name="dish_id" value="{diner.shop.dishes["Mi Goreng"].id}"' not in page


def test_the_page_of_a_dish_asks_its_questions(diner: Diner) -> None:
    page = diner.opens(f"{diner.table}/dishes/{diner.shop.dishes['Mi Goreng'].id}").text

    assert "Level pedas" in page
    assert "pilih 1" in page
    assert 'type="radio"' in page


def test_a_dish_nobody_has_is_not_found(diner: Diner) -> None:
    assert diner.opens(f"{diner.table}/dishes/999999").status_code == 404


def test_the_menu_of_a_small_house_with_its_styles_and_scripts_is_light(diner: Diner) -> None:
    page = diner.opens()
    files = re.findall(r'(?:href|src)="/static/([\w/.-]+\.(?:css|js))', page.text)

    weights = {name: len(gzip.compress(diner.opens(f"/static/{name}").content, 9)) for name in files}

    assert len(gzip.compress(page.content, 9)) + sum(weights.values()) < 18 * 1024, weights


def test_nothing_on_the_menu_is_inline(diner: Diner) -> None:
    page = diner.opens().text

    assert "<style" not in page
    assert " style=" not in page
    assert re.search(r"\son\w+=", page) is None
    assert re.search(r"<script(?![^>]* src=)", page) is None


def test_the_whole_demo_menu_fits_into_25_kilobytes(demo: TestClient) -> None:
    """More than 60 dishes: HTML, CSS and JavaScript as they travel, without pictures and letters."""
    page = demo.get("/t/the-token-of-a-table")
    files = re.findall(r'(?:href|src)="(/static/[\w/.-]+\.(?:css|js)\?v=\w+)"', page.text)

    weight = int(page.headers["content-length"]) + sum(int(demo.get(file).headers["content-length"]) for file in files)

    assert page.text.count('class="dish') > 60
    assert weight <= 25 * 1024
