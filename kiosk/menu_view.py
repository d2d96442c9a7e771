"""Puts the menu into ready values: what a template shows without thinking."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from core.base.errors import N_
from core.menu.labels import Label, labels_of
from core.menu.models import Dish
from core.menu.queries import CategoryView
from core.outlets.hours import House
from core.services.menu_desk import DishView, MenuView
from core.web.wording import in_language
from kiosk.labels import codes_of, is_halal_house, row_labels, useful_filters

PictureOf = Callable[[str], str]
"""Turns a picture's file name into its address; empty when there is none."""
FEWEST_BEST: Final = 3
"""Best sellers that can be had now; fewer make no row of their own."""


@dataclass(frozen=True, slots=True)
class DishRow:
    """One dish as a line of the menu."""

    dish: Dish
    other_name: str
    """Its name in the other language, so that a search finds it; empty when it is the same."""
    picture: str
    labels: list[Label]
    codes: str
    """The words it is filtered by, with spaces between."""
    must_choose: bool
    """Whether it asks something first, so that it cannot be added with one tap."""
    cannot: str
    """Why it cannot be ordered now, in a word or two (a message id); empty when it can."""


@dataclass(frozen=True, slots=True)
class CategoryRows:
    """A heading with its dishes."""

    category: CategoryView
    rows: list[DishRow]


@dataclass(frozen=True, slots=True)
class MenuPage:
    """The whole menu of one table in one language."""

    version: str
    house: House
    wait: int | None
    best: list[DishRow]
    """The dishes sold most that can be had now, the first most of all; empty when there are too few for a row."""
    categories: list[CategoryRows]
    filters: list[Label]
    says_halal: bool
    has_non_halal: bool


@dataclass(frozen=True, slots=True)
class DishPage:
    """One dish with its questions."""

    row: DishRow
    labels: list[Label]


def menu_page(view: MenuView, language: str, picture_of: PictureOf) -> MenuPage:
    """Make the menu's ready values."""
    dishes = [dish for category in view.categories for dish in category.dishes]
    best = view.moment.best
    categories = [
        CategoryRows(
            category,
            [dish_row(dish, language, picture_of, best, is_served=category.is_served) for dish in category.dishes],
        )
        for category in view.categories
    ]
    rows = {row.dish.id: row for category in categories for row in category.rows}
    return MenuPage(
        version=view.version,
        house=view.moment.house,
        wait=view.moment.wait,
        best=_best_row(rows, best),
        categories=categories,
        filters=useful_filters([row.codes.split() for row in rows.values()]),
        says_halal=bool(dishes) and is_halal_house(dishes),
        has_non_halal=any("non_halal" in dish.labels for dish in dishes),
    )


def dish_page(view: DishView, language: str, picture_of: PictureOf) -> DishPage:
    """Make one dish's ready values."""
    is_served = view.can_be_had or not view.dish.is_available
    row = dish_row(view.dish, language, picture_of, view.best, is_served=is_served)
    return DishPage(row=row, labels=labels_of(codes_of(view.dish, view.best)))


def dish_row(dish: Dish, language: str, picture_of: PictureOf, best: Collection[int], *, is_served: bool) -> DishRow:
    """Make the ready values of one line of the menu."""
    shown = in_language(dish, "name", language)
    other = dish.name_en if shown == dish.name else dish.name
    codes = codes_of(dish, best)
    return DishRow(
        dish=dish,
        other_name="" if other == shown else other,
        picture=picture_of(dish.picture) if dish.picture else "",
        labels=row_labels(codes),
        codes=" ".join(codes),
        must_choose=dish.must_choose,
        cannot=_why_not(dish, is_served=is_served),
    )


def _best_row(rows: dict[int, DishRow], best: Collection[int]) -> list[DishRow]:
    there = [rows[dish_id] for dish_id in best if dish_id in rows and not rows[dish_id].cannot]
    return there if len(there) >= FEWEST_BEST else []


def _why_not(dish: Dish, *, is_served: bool) -> str:
    if not dish.is_available:
        return N_("Sold out")
    return "" if is_served else N_("Later")
