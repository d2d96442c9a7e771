"""Says which labels of a dish stand on the menu, and which of them a diner may choose by."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from core.base.errors import N_
from core.menu.labels import KNOWN, Label
from core.menu.models import Dish

_ON_THE_ROW: Final = ("non_halal", "best_seller", "top_seller", "new", "spicy", "vegetarian")
_FILTERS: Final = (
    Label("best_seller", N_("Favourites")),
    Label("top_seller", N_("Best sellers")),
    Label("vegetarian", N_("Vegetarian")),
    Label("-spicy", N_("Not spicy")),
    Label("halal", N_("Halal")),
    Label("-contains_peanuts", N_("No peanuts")),
    Label("-contains_nuts", N_("No nuts")),
    Label("-contains_shrimp", N_("No shrimp")),
    Label("-contains_crustaceans", N_("No shrimp or crab")),
    Label("-contains_shellfish", N_("No shellfish")),
    Label("-contains_fish", N_("No fish")),
    Label("-contains_egg", N_("No egg")),
    Label("-contains_milk", N_("No milk")),
    Label("-contains_soy", N_("No soy")),
    Label("-contains_gluten", N_("No gluten")),
    Label("-contains_sesame", N_("No sesame")),
    Label("-contains_pork", N_("No pork")),
    Label("-contains_alcohol", N_("No alcohol")),
)
"""A minus before a code leaves out what has it; static/kiosk/browse.js reads it in the same way."""


def codes_of(dish: Dish, sold_most: Collection[int], *, best: str = "top_seller") -> list[str]:
    """List the labels of a dish. Once the house's own sales say what sells best, nobody's opinion does."""
    if not sold_most:
        return dish.labels
    return [code for code in dish.labels if code != "best_seller"] + ([best] if dish.id in sold_most else [])


def row_labels(codes: Collection[str]) -> list[Label]:
    """List the labels worth a place on the menu; the rest stand on the dish's own page."""
    return [KNOWN[code] for code in _ON_THE_ROW if code in codes]


def useful_filters(found: Sequence[Collection[str]]) -> list[Label]:
    """List the filters that would leave some dishes and hide others; `found` are the labels of each dish."""
    return [label for label in _FILTERS if 0 < sum(_fits(label.code, codes) for codes in found) < len(found)]


def _fits(code: str, codes: Collection[str]) -> bool:
    return code[1:] not in codes if code.startswith("-") else code in codes


def is_halal_house(dishes: Iterable[Dish]) -> bool:
    """Tell whether every dish says halal or non-halal, so that the menu may say it once at the top."""
    return all("halal" in dish.labels or "non_halal" in dish.labels for dish in dishes)
