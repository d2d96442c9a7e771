"""Takes a whole menu in from a file, and gives one out."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from core.base.clock import Clock
from core.base.database import Database
from core.events.record import Actor, board_topic, menu_topic, tell
from core.menu.csv_file import read_csv, write_csv
from core.menu.errors import BadMenuFile
from core.menu.models import Category, Dish, Option, OptionGroup
from core.menu.queries import categories_of
from core.menu.sheet import CategoryEntry, DishEntry, GroupEntry, OptionEntry
from core.menu.stock import set_portions
from core.menu.yaml_file import read_yaml, write_yaml
from core.outlets.models import Outlet
from core.outlets.queries import first_outlet, outlet_of

LARGEST_FILE: Final = 2_000_000
"""Characters."""


class MenuFormat(enum.StrEnum):
    """The two forms a menu file may have; also the endings of its name."""

    YAML = "yaml"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class MenuChanges:
    """What taking in a file did to the menu, in dishes."""

    added: int = 0
    updated: int = 0
    taken_off: int = 0


@dataclass(frozen=True, slots=True)
class MenuFiles:
    """Imports and exports an outlet's menu."""

    db: Database
    clock: Clock

    def import_menu(
        self, text: str, form: MenuFormat, by: Actor, *, replace_all: bool = False, outlet_id: int | None = None
    ) -> MenuChanges:
        """Add the dishes of a file to the menu, or update those that have the same name. All of them, or none.

        With `replace_all` the file is the whole menu: dishes that are not in it are taken off.
        Raises BadMenuFile with the row and column that is wrong.
        """
        if len(text) > LARGEST_FILE:
            raise BadMenuFile(place="file", problem="it is too large")
        sheet = read_csv(text) if form is MenuFormat.CSV else read_yaml(text)
        with self.db.write() as session:
            outlet = first_outlet(session) if outlet_id is None else outlet_of(session, outlet_id)
            at = self.clock()
            changes = take_in(session, outlet, sheet, at=at, replace_all=replace_all)
            topics = [menu_topic(outlet.id), board_topic(outlet.id)]
            tell(session, "menu.imported", outlet_id=outlet.id, at=at, by=by, topics=topics, added=changes.added)
            return changes

    def export_menu(self, form: MenuFormat, outlet_id: int | None = None) -> str:
        """Write the menu as a file that `import_menu` takes back.

        What is sold out or counted stays out of it: that is this hour's news, and tomorrow's import
        should not bring it back.
        """
        with self.db.read() as session:
            outlet = first_outlet(session) if outlet_id is None else outlet_of(session, outlet_id)
            sheet = _sheet_of(session, outlet.id)
        return write_csv(sheet) if form is MenuFormat.CSV else write_yaml(sheet)


def take_in(
    session: Session, outlet: Outlet, sheet: Sequence[CategoryEntry], *, at: datetime, replace_all: bool = False
) -> MenuChanges:
    """Make the outlet's menu say what a checked file says."""
    known = {dish.name: dish for dish in session.scalars(_every_dish(outlet.id))}
    headings = {category.name: category for category in categories_of(session, outlet.id)}
    changes = MenuChanges()
    named: set[str] = set()
    for entry in sheet:
        category = _take_in_category(session, outlet, entry, headings, replace_all=replace_all)
        for position, dish_entry in enumerate(entry.dishes):
            named.add(dish_entry.name)
            dish = known.get(dish_entry.name)
            if dish is None:
                # Set once, even if empty, so that nobody has to load it.
                dish = Dish(outlet_id=outlet.id, name=dish_entry.name, option_groups=[])
                session.add(dish)
                changes = replace(changes, added=changes.added + 1)
            else:
                changes = replace(changes, updated=changes.updated + 1)
            _take_in_dish(session, dish, dish_entry, category, position, at)
    if replace_all:
        left_out = [dish for name, dish in known.items() if name not in named and dish.is_listed]
        for dish in left_out:
            dish.is_listed = False
        changes = replace(changes, taken_off=len(left_out))
    outlet.menu_version = Outlet.menu_version + 1
    session.flush()
    return changes


def _take_in_category(
    session: Session, outlet: Outlet, entry: CategoryEntry, headings: dict[str, Category], *, replace_all: bool
) -> Category:
    category = headings.get(entry.name)
    if category is None:
        category = headings[entry.name] = Category(outlet_id=outlet.id, name=entry.name, position=len(headings))
        session.add(category)
    elif replace_all:
        category.position = list(headings).index(entry.name)
    category.name_en = entry.name_en
    session.flush()
    return category


def _take_in_dish(
    session: Session, dish: Dish, entry: DishEntry, category: Category, position: int, at: datetime
) -> None:
    dish.category_id = category.id
    dish.name_en = entry.name_en
    dish.description = entry.description
    dish.description_en = entry.description_en
    dish.price = entry.price
    dish.picture = entry.picture
    dish.labels = list(entry.labels)
    dish.is_taxed = entry.is_taxed
    dish.is_listed = entry.is_listed
    dish.position = position
    if entry.sold_out is not None:
        dish.is_sold_out = entry.sold_out
    _take_in_groups(session, dish, entry.groups)
    session.flush()
    if entry.portions is not None:
        set_portions(session, dish, entry.portions, at)


def _take_in_groups(session: Session, dish: Dish, entries: Sequence[GroupEntry]) -> None:
    known = {group.name: group for group in dish.option_groups}
    session.flush()
    for position, entry in enumerate(entries):
        group = known.pop(entry.name, None)
        if group is None:
            group = OptionGroup(dish_id=dish.id, name=entry.name, options=[])
            session.add(group)
        group.name_en = entry.name_en
        group.min_choices, group.max_choices = entry.min_choices, entry.max_choices
        group.position = position
        session.flush()
        _take_in_options(session, group, entry.options)
    # Nothing points at a group or an option but baskets, which ask again: orders keep copies.
    for group in known.values():
        for option in group.options:
            session.delete(option)
        session.flush()
        session.delete(group)


def _take_in_options(session: Session, group: OptionGroup, entries: Sequence[OptionEntry]) -> None:
    known = {option.name: option for option in group.options}
    for position, entry in enumerate(entries):
        option = known.pop(entry.name, None)
        if option is None:
            option = Option(group_id=group.id, name=entry.name)
            session.add(option)
        option.name_en, option.price = entry.name_en, entry.price
        option.position, option.is_listed = position, True
    for option in known.values():
        session.delete(option)


def _every_dish(outlet_id: int) -> Select[Dish]:
    whole = selectinload(Dish.option_groups).selectinload(OptionGroup.options)
    return select(Dish).where(Dish.outlet_id == outlet_id).options(whole).order_by(Dish.position, Dish.id)


def _sheet_of(session: Session, outlet_id: int) -> tuple[CategoryEntry, ...]:
    dishes = session.scalars(_every_dish(outlet_id).where(Dish.is_listed)).all()
    entries = [
        CategoryEntry(
            category.name,
            category.name_en,
            tuple(_entry_of(dish) for dish in dishes if dish.category_id == category.id),
        )
        for category in categories_of(session, outlet_id)
    ]
    return tuple(entry for entry in entries if entry.dishes)


def _entry_of(dish: Dish) -> DishEntry:
    groups = [
        GroupEntry(
            group.name,
            group.name_en,
            group.min_choices,
            group.max_choices,
            tuple(
                OptionEntry(option.name, option.name_en, option.price) for option in group.options if option.is_listed
            ),
        )
        for group in dish.option_groups
    ]
    return DishEntry(
        name=dish.name,
        name_en=dish.name_en,
        description=dish.description,
        description_en=dish.description_en,
        price=dish.price,
        picture=dish.picture,
        labels=tuple(dish.labels),
        is_taxed=dish.is_taxed,
        is_listed=dish.is_listed,
        sold_out=None,
        portions=None,
        groups=tuple(group for group in groups if group.options),
    )
