"""Reads and writes a menu as YAML, the form for people who like to see the whole of it."""

from collections.abc import Sequence
from typing import Any

import yaml

from core.menu.errors import BadMenuFile
from core.menu.raw import Raw
from core.menu.serving_text import write_serving
from core.menu.sheet import CategoryEntry, DishEntry, GroupEntry, read_sheet, write_station


class _Loader(yaml.SafeLoader):
    """YAML's safe types only; every mapping remembers its line."""


def _construct_mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> Raw:
    values: dict[str, object] = {}
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        if key in values:
            raise BadMenuFile(place=f"line {key_node.start_mark.line + 1}, {key}", problem="this field is there twice")
        values[key] = loader.construct_object(value_node, deep=True)
    return Raw(f"line {node.start_mark.line + 1}", values)


_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)


def read_yaml(text: str) -> tuple[CategoryEntry, ...]:
    """Read a menu from YAML. Raises BadMenuFile with the line that cannot be taken."""
    try:
        content = _Loader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        line = 1 if error.problem_mark is None else error.problem_mark.line + 1
        raise BadMenuFile(place=f"line {line}", problem=f"this is not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise BadMenuFile(place="line 1", problem="this is not YAML") from error
    if not isinstance(content, Raw):
        raise BadMenuFile(place="line 1", problem="a field named categories is expected")
    content.refuse_others(frozenset({"categories"}))
    return read_sheet(list(content.children("categories")))


def write_yaml(sheet: Sequence[CategoryEntry]) -> str:
    """Write a menu as YAML that `read_yaml` takes back."""
    content = {"categories": [_plain_category(category) for category in sheet]}
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)


def _plain_category(category: CategoryEntry) -> dict[str, Any]:
    dishes = [_plain_dish(dish) for dish in category.dishes]
    hours = write_serving(category.hours)
    names = {"name": category.name, "name_en": category.name_en}
    return _told({**names, **hours, "station": write_station(category.station), "dishes": dishes})


def _plain_dish(dish: DishEntry) -> dict[str, Any]:
    plain = {
        "name": dish.name,
        "name_en": dish.name_en,
        "description": dish.description,
        "description_en": dish.description_en,
        "price": dish.price,
        "picture": dish.picture,
        "labels": list(dish.labels),
        "taxed": None if dish.is_taxed else False,
        "listed": None if dish.is_listed else False,
        "sold_out": dish.sold_out,
        "portions": dish.portions,
        "options": [_plain_group(group) for group in dish.groups],
    }
    return _told(plain)


def _plain_group(group: GroupEntry) -> dict[str, Any]:
    choices = [
        _told({"name": option.name, "name_en": option.name_en, "price": option.price or None})
        for option in group.options
    ]
    limits = {"min": group.min_choices, "max": group.max_choices}
    return _told({"name": group.name, "name_en": group.name_en, **limits, "choices": choices})


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what need not be said."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}
