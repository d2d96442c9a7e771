"""A program is told what guests are told: closed, paused, not served now, how long it takes."""

from datetime import timedelta
from typing import Any

from core.events.record import Actor
from tests.api.conftest import Program
from tests.services.opening import opens, serves_food, stand_at
from tests.shop import CASHIER


def menu(program: Program) -> dict[str, Any]:
    answer = program.http.get("/api/v1/menu", params={"table": program.shop.tables[0].token})
    found: dict[str, Any] = answer.json()
    return found


def refused(program: Program, status: int = 409) -> dict[str, Any]:
    answer = program.http.post("/api/v1/orders", json=program.wish("Sate Ayam", payment_method="cash"))
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem: dict[str, Any] = answer.json()
    return problem


def test_a_house_without_hours_is_open(program: Program) -> None:
    assert menu(program)["house"] == {"status": "open", "reason": "", "opens": None, "wait_minutes": None}


def test_an_order_while_closed_is_a_problem_of_its_own_kind(program: Program) -> None:
    opens(program.shop, "daily 10:00-22:00")
    stand_at(program.shop, 22)

    problem = refused(program)

    assert problem["type"] == "closed"
    assert problem["detail"] == "We are closed; you can order again tomorrow at 10:00. Your basket is kept."
    house = menu(program)["house"]
    assert (house["status"], house["opens"]) == ("closed", "tomorrow at 10:00")
    quote = program.http.post("/api/v1/quotes", json=program.wish("Sate Ayam"))
    assert quote.status_code == 200


def test_an_order_while_paused_is_a_problem_of_its_own_kind(program: Program) -> None:
    program.shop.core.house.pause("Dapur penuh", 25)

    problem = refused(program)

    assert problem["type"] == "paused"
    assert "Dapur penuh, ± 25 minutes" in problem["detail"]
    assert menu(program)["house"]["reason"] == "Dapur penuh"


def test_a_key_used_while_closed_is_good_when_it_opens(program: Program) -> None:
    opens(program.shop, "daily 10:00-22:00")
    stand_at(program.shop, 9, 59)
    wish = program.wish("Sate Ayam", payment_method="cash")
    key = {"Idempotency-Key": "waits-for-ten"}
    assert program.http.post("/api/v1/orders", json=wish, headers=key).status_code == 409

    stand_at(program.shop, 10)

    assert program.http.post("/api/v1/orders", json=wish, headers=key).status_code == 201


def test_a_category_says_its_hours_and_whether_it_is_served(program: Program) -> None:
    stand_at(program.shop, 10, 44)
    serves_food(program.shop, 360, 660, 645)
    (food,) = menu(program)["categories"]
    assert (food["served_from"], food["served_until"], food["last_order"]) == ("06:00", "11:00", "10:45")
    assert food["available"]

    before = program.http.get("/api/v1/menu", params={"table": program.shop.tables[0].token}).headers["etag"]
    program.shop.passes(timedelta(minutes=1), at_the_gateway=False)

    after = program.http.get(
        "/api/v1/menu", params={"table": program.shop.tables[0].token}, headers={"If-None-Match": before}
    )
    assert after.status_code == 200
    (food,) = after.json()["categories"]
    assert not food["available"]
    assert not any(dish["available"] for dish in food["dishes"])
    assert refused(program)["type"] == "not-served-now"


def test_an_order_says_when_it_was_promised(program: Program) -> None:
    order = program.order("Sate Ayam", pay_by="cash")
    assert order["promised_at"] is None
    program.shop.core.cash.take(order["order_uid"], 100_000, CASHIER)
    for _ in range(3):
        cooked = program.order("Es Teh", pay_by="cash")
        program.shop.core.cash.take(cooked["order_uid"], 100_000, CASHIER)
        program.shop.core.kitchen.start(cooked["order_uid"], Actor("staff", 4))
        program.shop.core.kitchen.ready(cooked["order_uid"], Actor("staff", 4))

    late = program.order("Sate Ayam", pay_by="cash")
    program.shop.core.cash.take(late["order_uid"], 100_000, CASHIER)

    assert program.look(order)["promised_at"] is None
    assert program.look(late)["promised_at"].endswith("+07:00")
