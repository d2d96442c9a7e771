"""Reads the menu as diners may see it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from sqlalchemy import Select, String, bindparam, cast, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from core.base.database import Record
from core.menu.models import Category, Dish, Option, OptionGroup
from core.menu.serving import ServingHours
from core.outlets.errors import UnknownTable
from core.outlets.models import Outlet, Station, Table
from core.outlets.queries import readable_token

_LARGEST_KEY = 2**63 - 1
Part = TypeVar("Part", OptionGroup, Option)

# The last portion leaves with an order, which does not wait for the outlet's row to count up a
# version; so what ran out is part of the version itself.
_RAN_OUT = (
    select(func.aggregate_strings(cast(Dish.id, String), "."))
    .where(Dish.outlet_id == Table.outlet_id, Dish.portions == 0)
    .correlate(Table)
    .scalar_subquery()
)
# Made once: every look at a menu page asks it.
_VERSION = (
    select(Outlet.id, Outlet.menu_version, _RAN_OUT.label("ran_out"))
    .join(Table, Table.outlet_id == Outlet.id)
    .where(Table.token == bindparam("token"))
)
# The few that somebody wants, each as often as it asks questions: mostly once.
_WITH_GROUPS = (
    select(Dish, Category, OptionGroup)
    .join(Category, Dish.category_id == Category.id)
    .outerjoin(OptionGroup, OptionGroup.dish_id == Dish.id)
    .where(Dish.outlet_id == bindparam("outlet_id"), Dish.id.in_(bindparam("ids", expanding=True)))
    .order_by(OptionGroup.position, OptionGroup.id)
)
_LISTED_DISHES = (
    select(Dish, Category)
    .join(Category, Dish.category_id == Category.id)
    .where(Dish.outlet_id == bindparam("outlet_id"), Dish.is_listed)
    .order_by(Dish.position, Dish.id)
)
_GROUPS = (
    select(OptionGroup)
    .where(OptionGroup.dish_id.in_(bindparam("ids", expanding=True)))
    .order_by(OptionGroup.position, OptionGroup.id)
)
_OPTIONS = (
    select(Option)
    .where(Option.group_id.in_(bindparam("ids", expanding=True)), Option.is_listed)
    .order_by(Option.position, Option.id)
)


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A heading of the menu with the dishes under it, sold-out ones last."""

    id: int
    name: str
    name_en: str
    dishes: tuple[Dish, ...]
    hours: ServingHours | None
    is_served: bool
    """Whether its dishes can be ordered at this time of day."""


@dataclass(frozen=True, slots=True)
class WrittenMenu:
    """Which state of the menu the database holds for a table."""

    outlet_id: int
    number: int
    """Of the outlet's menu version."""
    version: str
    """The number, and what has run out since."""


def dishes_by_id(session: Session, outlet_id: int, ids: Collection[int]) -> dict[int, Dish]:
    """Find an outlet's dishes with option groups and the options still offered; unknown ids are left out."""
    # A number too large for a key would be an error of the driver instead of a dish nobody knows.
    askable = {dish_id for dish_id in ids if 0 < dish_id <= _LARGEST_KEY}
    if not askable:
        return {}
    dishes: dict[int, Dish] = {}
    groups: dict[int, list[OptionGroup]] = {}
    for dish, category, group in session.execute(_WITH_GROUPS, {"outlet_id": outlet_id, "ids": list(askable)}):
        dishes[dish.id] = dish
        set_committed_value(dish, "category", category)
        if group is not None:
            groups.setdefault(dish.id, []).append(group)
    _put_together(session, dishes.values(), groups)
    return dishes


def dish_for_update(session: Session, outlet_id: int, dish_id: int) -> Dish | None:
    """Find a dish of the outlet and lock it until the transaction ends."""
    if not 0 < dish_id <= _LARGEST_KEY:
        return None
    wanted = select(Dish).where(Dish.id == dish_id, Dish.outlet_id == outlet_id).with_for_update()
    return session.scalar(wanted.execution_options(populate_existing=True))


def menu_of(session: Session, outlet_id: int, not_served: Collection[int] = ()) -> list[CategoryView]:
    """List the categories that have something on the menu, each dish with its options; those not served now last."""
    dishes: defaultdict[int, list[Dish]] = defaultdict(list)
    for dish in _listed(session, outlet_id):
        dishes[dish.category_id].append(dish)
    views = [
        CategoryView(
            id=category.id,
            name=category.name,
            name_en=category.name_en,
            dishes=tuple(sorted(dishes[category.id], key=lambda dish: not dish.is_available)),
            hours=category.hours,
            is_served=category.id not in not_served,
        )
        for category in categories_of(session, outlet_id)
        if dishes[category.id]
    ]
    return sorted(views, key=lambda view: not view.is_served)


def written_menu(session: Session, table_token: str) -> WrittenMenu:
    """Tell which menu is written for a table; it changes with every change of it. Raises UnknownTable."""
    row = session.execute(_VERSION, {"token": readable_token(table_token)}).one_or_none()
    if row is None:
        raise UnknownTable
    version = f"{row.menu_version}.{row.ran_out}" if row.ran_out else str(row.menu_version)
    return WrittenMenu(row.id, row.menu_version, version)


def dishes_by_category(session: Session, outlet_id: int) -> list[tuple[Category, list[Dish]]]:
    """List every dish on the menu under its category, in the order of the menu, sold out or not."""
    wanted = (
        select(Category, Dish)
        .join(Dish, Dish.category_id == Category.id)
        .where(Category.outlet_id == outlet_id, Dish.is_listed)
        .order_by(Category.position, Category.id, Dish.position, Dish.id)
    )
    found: dict[Category, list[Dish]] = {}
    for category, dish in session.execute(wanted).all():
        found.setdefault(category, []).append(dish)
    return list(found.items())


def categories_of(session: Session, outlet_id: int) -> Sequence[Category]:
    """List an outlet's categories in the order of the menu."""
    wanted = select(Category).where(Category.outlet_id == outlet_id)
    return session.scalars(wanted.order_by(Category.position, Category.id)).all()


def stations_of(session: Session, outlet_id: int) -> Sequence[Station]:
    """List the stations that some category of the outlet is made at, the first one first; none means one kitchen."""
    at_work = select(Category.station_id).where(Category.outlet_id == outlet_id)
    wanted = select(Station).where(Station.outlet_id == outlet_id, Station.id.in_(at_work))
    return session.scalars(wanted.order_by(Station.position, Station.id)).all()


def _listed(session: Session, outlet_id: int) -> list[Dish]:
    """Read the dishes on a menu with their category, their questions and the answers still offered.

    By hand, in three statements: SQLAlchemy's own loaders ask the same and take twice as long.
    """
    dishes: list[Dish] = []
    for dish, category in session.execute(_LISTED_DISHES, {"outlet_id": outlet_id}):
        set_committed_value(dish, "category", category)
        dishes.append(dish)
    _put_together(session, dishes, _by(session, _GROUPS, dishes, attrgetter("dish_id")))
    return dishes


def _put_together(session: Session, dishes: Iterable[Dish], groups: Mapping[int, list[OptionGroup]]) -> None:
    """Give dishes their questions, and those the answers still offered."""
    options = _by(session, _OPTIONS, [group for some in groups.values() for group in some], attrgetter("group_id"))
    for dish in dishes:
        set_committed_value(dish, "option_groups", groups.get(dish.id, []))
    for group in (group for some in groups.values() for group in some):
        set_committed_value(group, "options", options.get(group.id, []))


def _by(
    session: Session, wanted: Select[Part], wholes: Sequence[Record], whole_of: Callable[[Part], int]
) -> dict[int, list[Part]]:
    """Read the parts of some wholes, each list in its order."""
    found: dict[int, list[Part]] = {}
    if wholes:
        for part in session.scalars(wanted, {"ids": [whole.id for whole in wholes]}):
            found.setdefault(whole_of(part), []).append(part)
    return found
