"""Puts the menu into ready values: what a template shows without thinking."""

from collections.abc import Callable
from dataclasses import dataclass

from core.menu.models import Dish
from core.menu.queries import CategoryView
from core.services.menu_desk import DishView, MenuView
from kiosk.labels import Label, filter_codes, is_halal_house, labels_of, row_labels, useful_filters

PictureOf = Callable[[str], str]
"""Turns a picture's file name into its address; empty when there is none."""


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


@dataclass(frozen=True, slots=True)
class CategoryRows:
    """A heading with its dishes."""

    category: CategoryView
    rows: list[DishRow]


@dataclass(frozen=True, slots=True)
class MenuPage:
    """The whole menu of one table in one language."""

    version: str
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
    return MenuPage(
        version=view.version,
        categories=[
            CategoryRows(category, [dish_row(dish, language, picture_of) for dish in category.dishes])
            for category in view.categories
        ],
        filters=useful_filters(dishes),
        says_halal=bool(dishes) and is_halal_house(dishes),
        has_non_halal=any("non_halal" in dish.labels for dish in dishes),
    )


def dish_page(view: DishView, language: str, picture_of: PictureOf) -> DishPage:
    """Make one dish's ready values."""
    return DishPage(row=dish_row(view.dish, language, picture_of), labels=labels_of(view.dish))


def dish_row(dish: Dish, language: str, picture_of: PictureOf) -> DishRow:
    """Make the ready values of one line of the menu."""
    other = dish.name if language == "en" else dish.name_en
    shown = (dish.name_en or dish.name) if language == "en" else dish.name
    return DishRow(
        dish=dish,
        other_name="" if other == shown else other,
        picture=picture_of(dish.picture) if dish.picture else "",
        labels=row_labels(dish),
        codes=" ".join(filter_codes(dish)),
        must_choose=any(group.min_choices for group in dish.option_groups),
    )
