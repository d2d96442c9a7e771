from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from core.events.record import SYSTEM
from core.menu.errors import (
    BadQuantity,
    ForeignOption,
    MissingOption,
    NoteTooLong,
    SoldOut,
    TooFewLeft,
    TooManyLines,
    UnknownDish,
)
from core.menu.models import Dish, Option
from core.menu.quote import MAX_LINES, Pick
from core.orders.models import BasketLine, Visit
from core.outlets.errors import UnknownTable
from tests.menu.conftest import Warung, warung

__all__ = ["warung"]

GUEST = "guest-1"


def add(warung: Warung, *picks: Pick) -> int:
    """Put dishes into the guest's basket; gives the visit's key."""
    visit = None
    for pick in picks:
        visit = warung.baskets.add(warung.token, GUEST, pick)
    assert visit is not None
    return visit.id


def lines(warung: Warung, visit: int) -> list[tuple[str, int, str]]:
    return [(line.dish.name, line.quantity, line.note) for line in warung.baskets.basket(visit).lines]


def count(warung: Warung, row: type[Any]) -> int | None:
    with warung.db.read() as session:
        return session.scalar(select(func.count()).select_from(row))


def test_looking_at_the_menu_writes_nothing(warung: Warung) -> None:
    assert warung.baskets.visit(warung.token, GUEST) is None
    assert warung.baskets.visit(warung.token, None) is None
    assert warung.baskets.basket(None).lines == ()
    assert count(warung, Visit) == 0


def test_the_same_dish_with_the_same_wishes_is_one_line(warung: Warung) -> None:
    visit = add(
        warung,
        Pick(warung.mi.id, 1, (warung.mild.id,), "tanpa bawang"),
        Pick(warung.mi.id, 2, (warung.mild.id,), " tanpa bawang\u200e "),
        Pick(warung.mi.id, 1, (warung.hot.id,), "tanpa bawang"),
        Pick(warung.mi.id, 1, (warung.mild.id,)),
    )

    assert lines(warung, visit) == [
        ("Mi Goreng", 3, "tanpa bawang"),
        ("Mi Goreng", 1, "tanpa bawang"),
        ("Mi Goreng", 1, ""),
    ]
    assert warung.baskets.basket(visit).count == 5


def test_a_basket_is_priced_by_the_menu_of_the_moment(warung: Warung) -> None:
    visit = add(warung, Pick(warung.sate.id, 2), Pick(warung.mi.id, 1, (warung.hot.id,)))
    first = warung.baskets.basket(visit).quote

    with warung.db.write() as session:
        session.get_one(Dish, warung.sate.id).price = 30_000

    second = warung.baskets.basket(visit).quote
    assert first is not None
    assert second is not None
    assert (first.subtotal, second.subtotal) == (82_000, 86_000)


def test_a_dish_that_sold_out_meanwhile_is_named_and_the_rest_stays(warung: Warung) -> None:
    visit = add(warung, Pick(warung.sate.id, 2), Pick(warung.mi.id, 1, (warung.mild.id,)))

    warung.menu.set_sold_out(warung.sate.id, True, SYSTEM)

    basket = warung.baskets.basket(visit)
    assert [str(problem) for problem in basket.problems] == ["Sate Ayam has just sold out."]
    assert basket.quote is not None
    assert basket.quote.subtotal == 24_000
    assert not basket.is_orderable
    assert [line.amount for line in basket.lines] == [56_000, 24_000]


def test_a_basket_of_which_nothing_can_be_had_costs_nothing(warung: Warung) -> None:
    visit = add(warung, Pick(warung.sate.id, 2))
    with warung.db.write() as session:
        session.get_one(Dish, warung.sate.id).is_listed = False

    basket = warung.baskets.basket(visit)

    assert basket.quote is None
    assert [type(problem) for problem in basket.problems] == [UnknownDish]


def test_a_choice_that_was_taken_off_is_a_problem_of_its_line(warung: Warung) -> None:
    visit = add(warung, Pick(warung.mi.id, 1, (warung.hot.id,)))
    with warung.db.write() as session:
        session.get_one(Option, warung.hot.id).is_listed = False

    basket = warung.baskets.basket(visit)

    assert [type(problem) for problem in basket.problems] == [ForeignOption]
    assert basket.lines[0].options == []


def test_two_lines_that_want_more_than_is_left_make_the_later_one_wait(warung: Warung) -> None:
    visit = add(warung, Pick(warung.rendang.id, 2), Pick(warung.rendang.id, 2, note="pedas"))

    problems = [line.problem for line in warung.baskets.basket(visit).lines]

    assert problems[0] is None
    assert isinstance(problems[1], TooFewLeft)
    assert problems[1].values == {"dish": "Rendang", "left": 3}


@pytest.mark.parametrize("quantity", [0, -1, 1.5, 10**9, 2**63, True, "1"])
def test_a_bad_quantity_is_refused_before_anything_is_written(warung: Warung, quantity: Any) -> None:
    with pytest.raises(BadQuantity):
        add(warung, Pick(warung.sate.id, quantity))

    assert count(warung, Visit) == 0


def test_a_wish_that_could_not_be_ordered_is_refused_before_anything_is_written(warung: Warung) -> None:
    for pick, kind in (
        (Pick(warung.mi.id, 1), MissingOption),
        (Pick(warung.sate.id, 1, (warung.mild.id,)), ForeignOption),
        (Pick(warung.sate.id, 1, (), "x" * 141), NoteTooLong),
        (Pick(warung.teler.id, 1), SoldOut),
        (Pick(warung.rendang.id, 4), TooFewLeft),
        (Pick(2**63, 1), UnknownDish),
    ):
        with pytest.raises(kind):
            add(warung, pick)
    with pytest.raises(UnknownTable):
        warung.baskets.add("nowhere", GUEST, Pick(warung.sate.id, 1))

    assert count(warung, Visit) == 0
    assert count(warung, BasketLine) == 0


def test_a_line_is_changed_and_taken_out(warung: Warung) -> None:
    visit = add(warung, Pick(warung.sate.id, 2), Pick(warung.mi.id, 1, (warung.mild.id,)))
    sate, mi = warung.baskets.basket(visit).lines

    warung.baskets.change(visit, sate.id, 5)
    warung.baskets.change(visit, mi.id, 0)
    warung.baskets.change(visit, mi.id, 3)

    assert lines(warung, visit) == [("Sate Ayam", 5, "")]
    for quantity in (-1, 100, 1.5, True):
        with pytest.raises(BadQuantity):
            warung.baskets.change(visit, sate.id, quantity)  # type: ignore[arg-type] # as a form could say


def test_nobody_changes_the_basket_of_somebody_else(warung: Warung) -> None:
    mine = add(warung, Pick(warung.sate.id, 2))
    yours = warung.baskets.add(warung.token, "guest-2", Pick(warung.sate.id, 1)).id
    line = warung.baskets.basket(mine).lines[0]

    warung.baskets.change(yours, line.id, 9)
    warung.baskets.clear(yours)

    assert lines(warung, mine) == [("Sate Ayam", 2, "")]
    assert lines(warung, yours) == []


def test_a_line_never_holds_more_than_ninety_nine(warung: Warung) -> None:
    visit = add(warung, Pick(warung.sate.id, 98))

    with pytest.raises(BadQuantity):
        add(warung, Pick(warung.sate.id, 2))

    assert lines(warung, visit) == [("Sate Ayam", 98, "")]


def test_a_basket_holds_a_hundred_lines(warung: Warung) -> None:
    visit = add(warung, Pick(warung.sate.id, 1))
    with warung.db.write() as session:
        session.add_all(
            BasketLine(visit_id=visit, dish_id=warung.sate.id, quantity=1, note=f"tamu {number}")
            for number in range(1, MAX_LINES)
        )

    with pytest.raises(TooManyLines):
        add(warung, Pick(warung.sate.id, 1, note="satu lagi"))
    assert warung.baskets.basket(visit).is_orderable


def test_ten_taps_at_once_are_one_visit_and_ten_pieces(warung: Warung) -> None:
    with ThreadPoolExecutor(10) as pool:
        visits = list(pool.map(lambda _: add(warung, Pick(warung.sate.id, 1)), range(10)))

    assert len(set(visits)) == 1
    assert lines(warung, visits[0]) == [("Sate Ayam", 10, "")]


def test_a_visit_belongs_to_one_phone_and_one_table(warung: Warung) -> None:
    mine = warung.baskets.open_visit(warung.token, GUEST)

    again = warung.baskets.visit(warung.token, GUEST)

    assert again is not None
    assert again.id == mine.id == warung.baskets.open_visit(warung.token, GUEST).id
    assert warung.baskets.open_visit(warung.token, "guest-2").id != mine.id
    assert warung.baskets.visit(warung.token, "guest-3") is None
