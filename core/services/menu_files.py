"""Takes a whole menu in from a file, and gives one out."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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
from core.menu.price_changes import changes_between, prices_of
from core.menu.queries import categories_of, stations_of
from core.menu.sheet import CategoryEntry, DishEntry, GroupEntry, OptionEntry
from core.menu.stock import set_portions
from core.menu.yaml_file import read_yaml, write_yaml
from core.outlets.models import Outlet, Station
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
            before = prices_of(session.scalars(_every_dish(outlet.id)))
            changes = take_in(session, outlet, sheet, at=at, replace_all=replace_all)
            after = prices_of(session.scalars(_every_dish(outlet.id).execution_options(populate_existing=True)))
            told = {**asdict(changes), "prices": changes_between(before, after)}
            topics = [menu_topic(outlet.id), board_topic(outlet.id)]
            tell(session, "menu.imported", outlet_id=outlet.id, at=at, by=by, topics=topics, **told)
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
    """Make the outlet's menu say what a checked file says.

    What is new comes last in its place; with `replace_all` everything takes the order of the file.
    """
    known = {dish.name: dish for dish in session.scalars(_every_dish(outlet.id))}
    left = dict(known)
    headings = {category.name: category for category in categories_of(session, outlet.id)}
    stations = _stations_named(session, outlet, sheet, in_order=replace_all)
    for number, entry in enumerate(sheet):
        category = headings.get(entry.name)
        if category is None:
            category = headings[entry.name] = Category(outlet_id=outlet.id, name=entry.name, position=len(headings))
            session.add(category)
        if replace_all:
            category.position = number
        _take_in_heading(category, entry, stations, replace_all=replace_all)
        session.flush()
        neighbours = [dish.position for dish in known.values() if dish.category_id == category.id and not replace_all]
        for position, dish_entry in enumerate(entry.dishes, start=max(neighbours, default=-1) + 1):
            dish = left.pop(dish_entry.name, None) or _new_dish(session, outlet, dish_entry.name)
            if replace_all or dish.category_id != category.id:
                dish.category_id, dish.position = category.id, position
            _take_in_dish(session, dish, dish_entry, at)
    taken_off = [dish for dish in left.values() if dish.is_listed and replace_all]
    for dish in taken_off:
        dish.is_listed = False
    outlet.menu_version = Outlet.menu_version + 1
    session.flush()
    updated = len(known) - len(left)
    return MenuChanges(sum(len(entry.dishes) for entry in sheet) - updated, updated, len(taken_off))


def _stations_named(
    session: Session, outlet: Outlet, sheet: Sequence[CategoryEntry], *, in_order: bool
) -> dict[str, Station]:
    """Find the stations that a sheet names, or set them up, whatever the case of their letters; new ones come last."""
    rows = session.scalars(select(Station).where(Station.outlet_id == outlet.id))
    known = {station.name.casefold(): station for station in rows}
    named = dict.fromkeys(entry.station for entry in sheet if entry.station)
    for number, name in enumerate(named):
        station = known.get(name.casefold())
        if station is None:
            station = known[name.casefold()] = Station(outlet_id=outlet.id, name=name, position=len(known))
            session.add(station)
        if in_order:
            station.position = number
    session.flush()
    return known


def _take_in_heading(
    category: Category, entry: CategoryEntry, stations: Mapping[str, Station], *, replace_all: bool
) -> None:
    category.name_en = entry.name_en
    if entry.says_hours or replace_all:
        category.hours = entry.hours
    if entry.station is not None or replace_all:
        category.station_id = stations[entry.station.casefold()].id if entry.station else None


def _new_dish(session: Session, outlet: Outlet, name: str) -> Dish:
    # Its questions are set, if only to none, so that nobody has to load them.
    dish = Dish(outlet_id=outlet.id, name=name, option_groups=[])
    session.add(dish)
    return dish


def _take_in_dish(session: Session, dish: Dish, entry: DishEntry, at: datetime) -> None:
    dish.name_en = entry.name_en
    dish.description = entry.description
    dish.description_en = entry.description_en
    dish.price = entry.price
    dish.picture = entry.picture
    dish.labels = list(entry.labels)
    dish.is_taxed = entry.is_taxed
    dish.is_listed = entry.is_listed
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
    stations = {station.id: station.name for station in stations_of(session, outlet_id)}
    entries = [
        CategoryEntry(
            category.name,
            category.name_en,
            tuple(_entry_of(dish) for dish in dishes if dish.category_id == category.id),
            category.hours is not None,
            category.hours,
            stations.get(category.station_id) if category.station_id else None,
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
