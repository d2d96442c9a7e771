"""A whole menu as a file says it, checked to the last cell before anything is taken in."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from core.menu.errors import BadMenuFile
from core.menu.raw import MOST_CHILDREN, Raw
from core.menu.serving import ServingHours
from core.menu.serving_text import read_serving

MOST_DISHES: Final = 2_000
HIGHEST_PRICE: Final = 10_000_000
NO_STATION: Final = "none"
"""Takes a category's station away again; a file that says nothing leaves it as it is."""
_Entry = TypeVar("_Entry", "GroupEntry", "OptionEntry")
_LABEL: Final = re.compile(r"halal|non_halal|vegetarian|spicy|best_seller|new|contains_[a-z]{2,20}")
_PICTURE: Final = re.compile(r"[a-z0-9][a-z0-9-]*\.(svg|webp|png|jpg)|")


@dataclass(frozen=True, slots=True)
class OptionEntry:
    """One answer to a question about a dish."""

    name: str
    name_en: str
    price: int


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """A question about a dish."""

    name: str
    name_en: str
    min_choices: int
    max_choices: int
    options: tuple[OptionEntry, ...]


@dataclass(frozen=True, slots=True)
class DishEntry:
    """One dish. `sold_out` and `portions` are None when the file does not speak of them."""

    name: str
    name_en: str
    description: str
    description_en: str
    price: int
    picture: str
    labels: tuple[str, ...]
    is_taxed: bool
    is_listed: bool
    sold_out: bool | None
    portions: int | None
    groups: tuple[GroupEntry, ...]


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """A heading with its dishes."""

    name: str
    name_en: str
    dishes: tuple[DishEntry, ...]
    says_hours: bool = False
    """Whether the file speaks of its hours at all."""
    hours: ServingHours | None = None
    """When it is served; nothing for always."""
    station: str | None = None
    """Where it is made: empty for the one kitchen, nothing when the file does not speak of it."""


_CATEGORY_FIELDS = frozenset({"name", "name_en", "hours", "last_order", "station", "dishes"})
_DISH_FIELDS = frozenset(
    {"name", "name_en", "description", "description_en", "price", "picture", "labels"}
    | {"taxed", "listed", "sold_out", "portions", "options"}
)
_GROUP_FIELDS = frozenset({"name", "name_en", "min", "max", "choices"})
_OPTION_FIELDS = frozenset({"name", "name_en", "price"})


def read_sheet(categories: Sequence[Raw]) -> tuple[CategoryEntry, ...]:
    """Check a whole menu. Raises BadMenuFile, naming the place and the field, at the first thing that is wrong."""
    seen: dict[str, str] = {}
    sheet = tuple(_read_category(raw, seen) for raw in categories)
    _refuse_twins(categories, [category.name for category in sheet])
    if not seen:
        raise BadMenuFile(place="file", problem="there is no dish in it")
    return sheet


def _read_category(raw: Raw, seen: dict[str, str]) -> CategoryEntry:
    raw.refuse_others(_CATEGORY_FIELDS)
    dishes = []
    for child in raw.children("dishes", MOST_DISHES):
        dish = _read_dish(child)
        if dish.name in seen:
            child.refuse("name", f"{dish.name} is already in {seen[dish.name]}")
        seen[dish.name] = child.place
        dishes.append(dish)
    name, name_en = raw.text("name", 60, needed=True), raw.text("name_en", 60)
    return CategoryEntry(name, name_en, tuple(dishes), *read_serving(raw), station=_read_station(raw))


def write_station(station: str | None) -> str:
    """Write a category's station as the field that `read_sheet` takes back, empty for not a word of it."""
    return NO_STATION if station == "" else station or ""


def _read_station(raw: Raw) -> str | None:
    said = raw.text("station", 40)
    return "" if said == NO_STATION else said or None


def _read_dish(raw: Raw) -> DishEntry:
    raw.refuse_others(_DISH_FIELDS)
    price = raw.whole("price", HIGHEST_PRICE)
    if price is None:
        raw.refuse("price", "this cannot be empty")
    picture = raw.text("picture", 80)
    if not _PICTURE.fullmatch(picture):
        raw.refuse("picture", "a file name in small letters is expected, such as sate-ayam.svg")
    return DishEntry(
        name=raw.text("name", 80, needed=True),
        name_en=raw.text("name_en", 80),
        description=raw.text("description", 240),
        description_en=raw.text("description_en", 240),
        price=price,
        picture=picture,
        labels=_read_labels(raw),
        is_taxed=raw.flag("taxed") is not False,
        is_listed=raw.flag("listed") is not False,
        sold_out=raw.flag("sold_out"),
        portions=raw.whole("portions", 10_000),
        groups=_read_children(raw, "options", _read_group),
    )


def _read_labels(raw: Raw) -> tuple[str, ...]:
    labels = raw.words("labels")
    for label in labels:
        if not _LABEL.fullmatch(label):
            raw.refuse("labels", f"{label} is not a label we know")
    if {"halal", "non_halal"} <= set(labels):
        raw.refuse("labels", "a dish cannot be halal and non_halal")
    return tuple(dict.fromkeys(labels))


def _read_group(raw: Raw) -> GroupEntry:
    raw.refuse_others(_GROUP_FIELDS)
    options = _read_children(raw, "choices", _read_option)
    fewest = raw.whole("min", MOST_CHILDREN, default=0) or 0
    most = raw.whole("max", MOST_CHILDREN, default=max(fewest, 1)) or 0
    if not options:
        raw.refuse("choices", "there is nothing to choose from")
    if most < 1 or fewest > most:
        raw.refuse("max", "this must be at least 1, and not below min")
    if fewest > len(options):
        raw.refuse("min", f"there are only {len(options)} choices")
    return GroupEntry(raw.text("name", 60, needed=True), raw.text("name_en", 60), fewest, most, options)


def _read_option(raw: Raw) -> OptionEntry:
    raw.refuse_others(_OPTION_FIELDS)
    price = raw.whole("price", HIGHEST_PRICE, default=0) or 0
    return OptionEntry(raw.text("name", 60, needed=True), raw.text("name_en", 60), price)


def _read_children(raw: Raw, name: str, read: Callable[[Raw], _Entry]) -> tuple[_Entry, ...]:
    children = list(raw.children(name))
    entries = tuple(read(child) for child in children)
    _refuse_twins(children, [entry.name for entry in entries])
    return entries


def _refuse_twins(raws: Sequence[Raw], names: Sequence[str]) -> None:
    for position, (raw, name) in enumerate(zip(raws, names, strict=True)):
        if name in names[:position]:
            raw.refuse("name", f"{name} is there twice")
