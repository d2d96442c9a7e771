"""A program reads the menu and asks for prices."""

from typing import Any

import pytest

from core.events.record import SYSTEM
from tests.api.conftest import Program


def test_the_menu_is_the_tables_own(program: Program) -> None:
    token = program.shop.tables[1].token

    menu = program.http.get("/api/v1/menu", params={"table": token}).json()

    assert menu["outlet"] == {"name": "Warung Uji", "currency": "IDR"}
    assert menu["table"] == {"label": "2"}
    dishes = {dish["name"]: dish for dish in menu["categories"][0]["dishes"]}
    assert dishes["Sate Ayam"]["price"] == 28_000
    assert dishes["Mi Goreng"]["option_groups"][0]["min"] == 1
    assert [option["price"] for option in dishes["Mi Goreng"]["option_groups"][0]["options"]] == [0, 2_000]


def test_a_menu_that_has_not_changed_is_not_sent_again(program: Program) -> None:
    params = {"table": program.shop.tables[0].token}
    first = program.http.get("/api/v1/menu", params=params)
    second = program.http.get("/api/v1/menu", params=params, headers={"If-None-Match": first.headers["etag"]})

    assert (second.status_code, second.content) == (304, b"")


def test_a_dish_that_sells_out_makes_a_new_version(program: Program) -> None:
    params = {"table": program.shop.tables[0].token}
    before = program.http.get("/api/v1/menu", params=params)

    program.shop.core.menu.set_sold_out(program.shop.dishes["Sate Ayam"].id, True, SYSTEM)

    after = program.http.get("/api/v1/menu", params=params, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    sate = next(dish for dish in after.json()["categories"][0]["dishes"] if dish["name"] == "Sate Ayam")
    assert sate["available"] is False


def test_names_come_in_the_language_asked_for(program: Program) -> None:
    params = {"table": program.shop.tables[0].token, "lang": "en"}

    assert program.http.get("/api/v1/menu", params=params).json()["categories"][0]["name"] == "Food"


def test_an_unknown_table_has_no_menu(program: Program) -> None:
    answer = program.http.get("/api/v1/menu", params={"table": "unknown"})

    assert (answer.status_code, answer.json()["type"]) == (404, "unknown-table")


def test_a_quote_adds_up(program: Program) -> None:
    quote = program.http.post("/api/v1/quotes", json=program.wish("Sate Ayam", "Es Teh")).json()

    assert [line["amount"] for line in quote["lines"]] == [28_000, 7_000]
    # 35,000 and 5 % service; tax of 10 % on both; cash to the nearest 100.
    assert (quote["subtotal"], quote["service"], quote["tax"]) == (35_000, 1_750, 3_675)
    assert (quote["total"], quote["cash_total"]) == (40_425, 40_400)


@pytest.mark.parametrize(
    ("changed", "status", "kind"),
    [
        ({"table_token": "unknown"}, 404, "unknown-table"),
        ({"lines": [{"dish_id": 999_999, "quantity": 1}]}, 422, "unknown-dish"),
        ({"lines": []}, 422, "bad-fields"),
        ({"price": 1}, 422, "bad-fields"),
        ({"table_token": "bad token"}, 422, "bad-fields"),
        ({"table_token": None}, 422, "bad-fields"),
    ],
)
def test_a_wish_that_cannot_be_priced_says_why(
    program: Program, changed: dict[str, Any], status: int, kind: str
) -> None:
    answer = program.http.post("/api/v1/quotes", json=program.wish("Es Teh") | changed)

    assert (answer.status_code, answer.json()["type"]) == (status, kind)


@pytest.mark.parametrize(
    "line",
    [
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": 100},
        {"quantity": 1.0},
        {"quantity": "1"},
        {"quantity": True},
        {"quantity": 0.0001},
        {"quantity": None},
        {"dish_id": "1"},
        {"dish_id": 2**64},
        {"dish_id": -1},
        {"option_ids": "1"},
        {"option_ids": [1.5]},
        {"option_ids": None},
        {"note": 5},
        {"note": "x" * 141},
        {"unit_price": 1},
    ],
)
def test_a_line_that_is_not_exactly_right_is_refused_and_named(program: Program, line: dict[str, Any]) -> None:
    wish = program.wish("Es Teh")
    wish["lines"][0] |= line

    answer = program.http.post("/api/v1/quotes", json=wish)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith(f"#/lines/0/{next(iter(line))}")


def test_a_missing_choice_is_one_clear_sentence(program: Program) -> None:
    wish = program.wish("Mi Goreng")
    wish["lines"][0]["option_ids"] = []

    answer = program.http.post("/api/v1/quotes", json=wish)

    assert (answer.status_code, answer.json()["type"]) == (422, "missing-option")
    assert "Level pedas" in answer.json()["detail"]
