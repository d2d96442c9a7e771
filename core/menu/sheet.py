"""A whole menu as a file says it, checked to the last cell before anything is taken in."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn, TypeVar

from core.base.errors import BadText
from core.base.text import clean_text
from core.menu.errors import BadMenuFile

MOST_DISHES: Final = 2_000
MOST_CHILDREN: Final = 60
"""Categories of a menu, groups of a dish, options of a group."""
HIGHEST_PRICE: Final = 10_000_000
_Entry = TypeVar("_Entry", "GroupEntry", "OptionEntry")
_LABEL: Final = re.compile(r"halal|non_halal|vegetarian|spicy|best_seller|new|contains_[a-z]{2,20}")
_PICTURE: Final = re.compile(r"[a-z0-9][a-z0-9-]*\.(svg|webp|png|jpg)|")
_YES_OR_NO: Final = {"yes": True, "no": False, "ya": True, "tidak": False, "true": True, "false": False}


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


@dataclass(frozen=True, slots=True)
class Raw:
    """One thing of a file before it is checked, and where it stands."""

    place: str
    """`row 12` or `line 40`."""
    values: dict[str, object]
    columns: Mapping[str, str] = field(default_factory=dict)
    """What the file calls a field, where it is not our name."""

    def refuse(self, name: str, problem: str) -> NoReturn:
        raise BadMenuFile(place=f"{self.place}, {self.columns.get(name, name)}", problem=problem)

    def text(self, name: str, limit: int, *, needed: bool = False) -> str:
        value = self.values.get(name)
        if not isinstance(value, str | None):
            self.refuse(name, "text is expected; put it in quotes")
        try:
            text = clean_text(value or "", limit=limit, field=name)
        except BadText:
            self.refuse(name, f"at most {limit} characters fit")
        if needed and not text:
            self.refuse(name, "this cannot be empty")
        return text

    def whole(self, name: str, most: int, default: int | None = None) -> int | None:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value.strip()):
            value = int(value)
        if type(value) is not int or not 0 <= value <= most:
            self.refuse(name, f"a whole number from 0 to {most} is expected, written without dots")
        return value

    def flag(self, name: str) -> bool | None:
        value = self.values.get(name)
        if isinstance(value, str):
            value = _YES_OR_NO.get(value.strip().lower(), None if not value.strip() else value)
        if not isinstance(value, bool | None):
            self.refuse(name, "yes or no is expected")
        return value

    def words(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name) or []
        words = value.split() if isinstance(value, str) else value
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            self.refuse(name, "a list of words is expected")
        return tuple(words)

    def children(self, name: str, most: int = MOST_CHILDREN) -> Iterator["Raw"]:
        value = self.values.get(name)
        if not isinstance(value, list | None):
            self.refuse(name, "a list is expected")
        children = value or []
        if len(children) > most:
            self.refuse(name, f"at most {most} entries fit")
        for child in children:
            if not isinstance(child, Raw):
                self.refuse(name, "each entry needs a name and the rest")
            yield child

    def refuse_others(self, known: frozenset[str]) -> None:
        """Refuse a misspelt field, which would otherwise be dropped without a word."""
        for name in self.values:
            if name not in known:
                self.refuse(name, "this field is not known")


_CATEGORY_FIELDS = frozenset({"name", "name_en", "dishes"})
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
    return CategoryEntry(raw.text("name", 60, needed=True), raw.text("name_en", 60), tuple(dishes))


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
