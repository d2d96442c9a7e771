import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.menu.errors import (
    BadQuantity,
    EmptyBasket,
    ForeignOption,
    MissingOption,
    NoteTooLong,
    OverQrisLimit,
    PriceChanged,
    RepeatedOption,
    SoldOut,
    TooFewLeft,
    TooManyLines,
    TooManyOptions,
    UnknownDish,
)
from core.menu.models import Dish
from core.menu.quote import MAX_LINES, Pick, quote
from tests.menu.cards import extras, make_dish, make_group, make_option, make_outlet, spice

OUTLET = make_outlet()
MENU: dict[int, Dish] = {
    1: make_dish(1, 28_000, name="Sate Ayam"),
    2: make_dish(2, 24_000, spice(), extras(), name="Mi Goreng"),
    3: make_dish(3, 45_000, name="Rendang", portions=3),
    4: make_dish(4, 23_000, name="Es Teler", is_sold_out=True),
    5: make_dish(5, 9_000, name="Lontong", is_listed=False),
    6: make_dish(6, 5_000, name="Air", is_taxed=False),
}


def refused(*picks: Pick) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the caller looks at its kind
        quote(MENU, picks, OUTLET)
    return caught.value


def test_a_dish_with_choices_costs_their_sum() -> None:
    line = quote(MENU, [Pick(2, 2, (23, 12, 21))], OUTLET).lines[0]

    assert (line.unit_price, line.amount) == (24_000 + 2_000 + 6_000 + 3_000, 70_000)
    assert [option["name"] for option in line.options] == ["Pedas", "Telur", "Sambal"]


def test_a_quote_names_its_lines_and_adds_them_up() -> None:
    priced = quote(MENU, [Pick(1, 2), Pick(6, 1, note="  dingin \x00")], OUTLET)

    assert [(line.name, line.quantity, line.amount, line.note) for line in priced.lines] == [
        ("Sate Ayam", 2, 56_000, ""),
        ("Air", 1, 5_000, "dingin"),
    ]
    assert (priced.subtotal, priced.service, priced.tax) == (61_000, 3_050, 5_880)
    assert (priced.total, priced.cash_total, priced.rounding) == (69_930, 69_900, -30)
    assert [line.tax for line in priced.lines] == [5_880, 0]


@pytest.mark.parametrize("quantity", [0, -1, 1.5, 10**9, 2**63, 100, True, "2", None, float("nan")])
def test_a_quantity_nobody_orders_is_refused(quantity: Any) -> None:
    assert isinstance(refused(Pick(1, quantity)), BadQuantity)


@pytest.mark.parametrize("dish", [0, -1, 5, 99, 2**63])
def test_a_dish_that_is_not_on_the_menu_is_refused(dish: int) -> None:
    assert isinstance(refused(Pick(dish, 1)), UnknownDish)


def test_a_sold_out_dish_is_refused_by_name() -> None:
    error = refused(Pick(1, 1), Pick(4, 1))

    assert isinstance(error, SoldOut)
    assert str(error) == "Es Teler has just sold out."


def test_two_lines_share_the_portions_that_are_left() -> None:
    error = refused(Pick(3, 2), Pick(3, 2, note="tanpa cabai"))

    assert isinstance(error, TooFewLeft)
    assert error.values == {"dish": "Rendang", "left": 3}
    assert quote(MENU, [Pick(3, 2), Pick(3, 1, note="tanpa cabai")], OUTLET).subtotal == 135_000


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ((), MissingOption),
        ((21,), MissingOption),
        ((11, 12), TooManyOptions),
        ((11, 21, 22, 23), TooManyOptions),
        ((11, 99), ForeignOption),
        ((11, 2**70), ForeignOption),
        ((11, 11), RepeatedOption),
    ],
)
def test_a_wrong_combination_is_refused_with_a_reason(options: tuple[int, ...], kind: type[Exception]) -> None:
    assert type(refused(Pick(2, 1, options))) is kind


def test_a_choice_of_another_dish_is_refused() -> None:
    assert isinstance(refused(Pick(1, 1, (11,))), ForeignOption)


def test_a_choice_that_is_not_offered_any_more_is_refused() -> None:
    gone = make_dish(7, 10_000, make_group("Ukuran", make_option(31, "Besar", is_listed=False)))

    with pytest.raises(ForeignOption):
        quote({7: gone}, [Pick(7, 1, (31,))], OUTLET)


def test_a_note_longer_than_its_ticket_is_refused() -> None:
    assert isinstance(refused(Pick(1, 1, note="x" * 141)), NoteTooLong)
    assert quote(MENU, [Pick(1, 1, note="x" * 140 + "  ")], OUTLET).lines[0].note == "x" * 140


def test_nothing_and_too_much_are_refused() -> None:
    assert isinstance(refused(), EmptyBasket)
    assert isinstance(refused(*[Pick(1, 1)] * (MAX_LINES + 1)), TooManyLines)
    assert len(quote(MENU, [Pick(1, 1)] * MAX_LINES, OUTLET).lines) == MAX_LINES


def test_a_changed_price_brings_the_new_quote_and_says_it() -> None:
    priced = quote(MENU, [Pick(1, 1)], OUTLET)

    error = PriceChanged(priced, 25_000)

    assert error.quote is priced
    assert "Rp32.340" in str(error)
    assert "Rp10.000.000" in str(OverQrisLimit(10_000_000))


WISHES = st.lists(
    st.builds(
        Pick,
        st.sampled_from([1, 2, 6]),
        st.integers(1, 99),
        st.sampled_from([(11,), (12, 21), (11, 22, 23)]),
        st.text(max_size=20),
    ).map(lambda pick: pick if pick.dish_id == 2 else Pick(pick.dish_id, pick.quantity, (), pick.note)),
    min_size=1,
    max_size=12,
)


@given(WISHES)
def test_every_quote_adds_up(picks: list[Pick]) -> None:
    priced = quote(MENU, picks, OUTLET)

    assert priced.total == priced.subtotal - priced.discount + priced.service + priced.tax
    assert priced.subtotal == sum(line.amount for line in priced.lines)
    assert priced.tax == sum(line.tax for line in priced.lines)
    assert all(line.amount == line.unit_price * line.quantity for line in priced.lines)
    assert [line.pick for line in priced.lines] == picks


def test_the_order_of_the_choices_changes_no_price() -> None:
    dice = random.Random(7)
    for _ in range(100):
        options = dice.sample([12, 21, 23], 3)
        assert quote(MENU, [Pick(2, 3, tuple(options))], OUTLET).subtotal == 105_000
