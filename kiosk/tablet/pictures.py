"""Chooses the dishes that call from a kiosk's first screen."""

from dataclasses import dataclass
from itertools import cycle, islice
from typing import Final

from core.menu.models import Dish
from core.services.menu_desk import MenuView
from core.web.wording import in_language
from kiosk.menu_view import PictureOf

SHOWN: Final = 5
"""The style sheet fades from one to the next in steps of a fifth."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One dish as it is shown to whoever passes by."""

    address: str
    name: str
    price: int


def pictures_of(view: MenuView, language: str, picture_of: PictureOf) -> list[Picture]:
    """List exactly `SHOWN` pictures of what can be had now, favourites first; none when no dish has one."""
    dishes = [dish for category in view.categories for dish in category.dishes if dish.picture and dish.is_available]
    dishes.sort(key=_is_no_favourite)
    shown = [
        Picture(address, in_language(dish, "name", language), dish.price)
        for dish in dishes[:SHOWN]
        if (address := picture_of(dish.picture))
    ]
    return list(islice(cycle(shown), SHOWN)) if shown else []


def _is_no_favourite(dish: Dish) -> bool:
    return "best_seller" not in dish.labels
