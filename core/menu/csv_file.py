"""Reads and writes a menu as CSV, the form for people who keep it in a spreadsheet.

A row that names a dish begins one; a row that names a group begins a question about the dish above;
a row that names an option adds an answer to the group above. All three may stand on one row.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from core.menu.errors import BadMenuFile
from core.menu.raw import Raw
from core.menu.serving_text import write_serving
from core.menu.sheet import CategoryEntry, DishEntry, GroupEntry, OptionEntry, read_sheet, write_station

_CATEGORY: Final = {
    "name": "category",
    "name_en": "category_en",
    "hours": "category_hours",
    "last_order": "category_last_order",
    "station": "category_station",
}
_DISH: Final = {
    "name": "dish",
    "name_en": "dish_en",
    "description": "description",
    "description_en": "description_en",
    "price": "price",
    "picture": "picture",
    "labels": "labels",
    "taxed": "taxed",
    "listed": "listed",
    "sold_out": "sold_out",
    "portions": "portions",
}
_GROUP: Final = {"name": "group", "name_en": "group_en", "min": "min", "max": "max"}
_OPTION: Final = {"name": "option", "name_en": "option_en", "price": "option_price"}
COLUMNS: Final = (*_CATEGORY.values(), *_DISH.values(), *_GROUP.values(), *_OPTION.values())
_NEEDED: Final = ("category", "dish", "price")
_GUARDED: Final = ("=", "+", "-", "@", "\t", "\r", "'")
"""What a formula may begin with, and the apostrophe itself, so that each cell comes back as it was."""


def read_csv(text: str) -> tuple[CategoryEntry, ...]:
    """Read a menu from CSV, with commas or semicolons. Raises BadMenuFile with the row and column that is wrong."""
    categories: dict[str, Raw] = {}
    dish: Raw | None = None
    group: Raw | None = None
    category = ""
    for place, row in _rows(text):
        category = row["category"] or category
        if row["dish"]:
            dish, group = _raw(place, row, _DISH, "options"), None
            heading = categories.setdefault(category, _raw(place, {**row, "category": category}, _CATEGORY, "dishes"))
            _append(heading, "dishes", dish)
        if row["group"]:
            group = _raw(place, row, _GROUP, "choices")
            _append(_above(dish, place, "group"), "options", group)
        if row["option"]:
            _append(_above(group, place, "option"), "choices", _raw(place, row, _OPTION))
        _refuse_strays(place, row)
    return read_sheet(list(categories.values()))


def write_csv(sheet: Sequence[CategoryEntry]) -> str:
    """Write a menu as CSV that `read_csv` takes back, and that no spreadsheet takes for formulas.

    Begins with a byte order mark, without which Excel misreads letters beyond ASCII.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for category in sheet:
        for dish in category.dishes:
            for row in _dish_rows(category, dish):
                writer.writerow({column: _guarded(value) for column, value in row.items()})
    return "\ufeff" + out.getvalue()


def _rows(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Give each row that is not empty, as the spreadsheet counts it, with every column present."""
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        _check_header(header)
        for number, cells in enumerate(reader, start=2):
            if len(cells) > len(header) and any(cells[len(header) :]):
                raise BadMenuFile(place=f"row {number}", problem=f"there are more cells than the {len(header)} columns")
            row = dict.fromkeys(COLUMNS, "")
            row |= {name: _unguarded(cell) for name, cell in zip_longest(header, cells[: len(header)], fillvalue="")}
            if any(row.values()):
                yield f"row {number}", row
    except csv.Error as error:
        raise BadMenuFile(place=f"row {reader.line_num}", problem=f"this is not CSV: {error}") from error


def _check_header(header: list[str]) -> None:
    for position, name in enumerate(header, start=1):
        if name not in COLUMNS:
            raise BadMenuFile(place="row 1", problem=f"column {position} has a name we do not know: {name or 'none'}")
        if name in header[: position - 1]:
            raise BadMenuFile(place="row 1", problem=f"column {name} is there twice")
    for name in _NEEDED:
        if name not in header:
            raise BadMenuFile(place="row 1", problem=f"column {name} is missing")


def _raw(place: str, row: dict[str, str], columns: dict[str, str], children: str | None = None) -> Raw:
    values: dict[str, object] = {name: row[column] for name, column in columns.items()}
    if children is not None:
        values[children] = []
    return Raw(place, values, columns)


def _append(parent: Raw, name: str, child: Raw) -> None:
    children = parent.values[name]
    if isinstance(children, list):
        children.append(child)


def _above(parent: Raw | None, place: str, column: str) -> Raw:
    if parent is None:
        raise BadMenuFile(place=f"{place}, {column}", problem="there is nothing above that it could belong to")
    return parent


def _refuse_strays(place: str, row: dict[str, str]) -> None:
    """Refuse a price on a row without a dish, which would otherwise be dropped without a word."""
    for columns in (_DISH, _GROUP, _OPTION):
        if not row[columns["name"]]:
            for column in columns.values():
                if row[column]:
                    raise BadMenuFile(
                        place=f"{place}, {column}", problem=f"there is no {columns['name']} on this row to go with it"
                    )


def _dish_rows(category: CategoryEntry, dish: DishEntry) -> Iterator[dict[str, str]]:
    row = {
        "category": category.name,
        "category_en": category.name_en,
        **{_CATEGORY[field]: text for field, text in write_serving(category.hours).items()},
        "category_station": write_station(category.station),
        "dish": dish.name,
        "dish_en": dish.name_en,
        "description": dish.description,
        "description_en": dish.description_en,
        "price": str(dish.price),
        "picture": dish.picture,
        "labels": " ".join(dish.labels),
        "taxed": "yes" if dish.is_taxed else "no",
        "listed": "yes" if dish.is_listed else "no",
        "sold_out": "" if dish.sold_out is None else ("yes" if dish.sold_out else "no"),
        "portions": "" if dish.portions is None else str(dish.portions),
    }
    for group in dish.groups:
        row |= _group_cells(group)
        for option in group.options:
            yield row | _option_cells(option)
            row = {}
    if row:
        yield row


def _group_cells(group: GroupEntry) -> dict[str, str]:
    limits = {"min": str(group.min_choices), "max": str(group.max_choices)}
    return {"group": group.name, "group_en": group.name_en, **limits}


def _option_cells(option: OptionEntry) -> dict[str, str]:
    return {"option": option.name, "option_en": option.name_en, "option_price": str(option.price)}


def _guarded(cell: str) -> str:
    """Keep a spreadsheet from reading a name as a formula."""
    return f"'{cell}" if cell.startswith(_GUARDED) else cell


def _unguarded(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_GUARDED) else cell
