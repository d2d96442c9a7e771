"""Shows the menu, and keeps it true while the kitchen runs out of things."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.day_time import minute_of_day
from core.base.errors import BadInput
from core.base.outcomes import retried
from core.events.record import Actor, board_topic, menu_topic, tell
from core.menu.errors import DishNotFound
from core.menu.models import Category, Dish
from core.menu.queries import (
    CategoryView,
    dish_for_update,
    dishes_by_category,
    dishes_by_id,
    menu_of,
    written_menu,
)
from core.menu.stock import set_portions
from core.outlets.models import Outlet, Table
from core.outlets.queries import first_outlet, outlet_of, table_by_token
from core.services.menu_life import MenuLife, MenuMoment
from core.staff.models import StaffMember

MOST_PORTIONS = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a diner sits, and which state of the menu is in force there."""

    outlet: Outlet
    table: Table
    version: str
    """Changes whenever a page of the menu would look different."""
    moment: MenuMoment


@dataclass(frozen=True, slots=True)
class MenuView:
    """The whole menu as one table sees it."""

    outlet: Outlet
    table: Table
    version: str
    categories: list[CategoryView]
    moment: MenuMoment


@dataclass(frozen=True, slots=True)
class DishView:
    """One dish with its questions, as one table sees it."""

    outlet: Outlet
    table: Table
    dish: Dish
    can_be_had: bool
    """Whether it can be ordered now: it is there, and its part of the menu is being served."""
    best: tuple[int, ...]
    """The dishes of the house that sell best, while that is known."""


@dataclass(frozen=True, slots=True)
class MenuDesk:
    """Shows the menu to diners and takes the staff's word for what is left."""

    db: Database
    clock: Clock
    life: MenuLife = field(default_factory=MenuLife)

    def version(self, table_token: str) -> str:
        """Tell which state of the menu is in force at a table, in one small query. Raises UnknownTable."""
        with self.db.read() as session:
            return self._now(session, table_token)[0]

    def place(self, table_token: str) -> Place:
        """Tell where a token leads. Raises UnknownTable."""
        with self.db.read() as session:
            return self._place(session, table_token)

    def menu(self, table_token: str) -> MenuView:
        """Read the whole menu. Raises UnknownTable."""
        with self.db.read() as session:
            place = self._place(session, table_token)
            categories = menu_of(session, place.outlet.id, place.moment.not_served)
            return MenuView(place.outlet, place.table, place.version, categories, place.moment)

    def dish(self, table_token: str, dish_id: int) -> DishView:
        """Read one dish with its option groups. Raises UnknownTable or DishNotFound."""
        with self.db.read() as session:
            table = table_by_token(session, table_token)
            dish = dishes_by_id(session, table.outlet_id, [dish_id]).get(dish_id)
            if dish is None or not dish.is_listed:
                raise DishNotFound
            outlet = outlet_of(session, table.outlet_id)
            now = self.clock()
            best = self.life.sales.learned(session, outlet.id, now).best
            return DishView(outlet, table, dish, dish.can_be_had(minute_of_day(now, outlet.zone)), best)

    def dishes(self, outlet_id: int) -> list[tuple[Category, list[Dish]]]:
        """List every dish on the menu under its category, for those who keep the menu."""
        with self.db.read() as session:
            return dishes_by_category(session, outlet_id)

    @retried
    def set_sold_out(self, dish_id: int, sold_out: bool, by: Actor) -> None:
        """Take a dish off sale for now, or put it back. Raises DishNotFound. Safe to repeat."""
        with self.db.write() as session:
            dish = _dish_of(session, dish_id, by)
            if dish.is_sold_out == sold_out:
                return
            dish.is_sold_out = sold_out
            self._tell(session, "dish.sold_out" if sold_out else "dish.back_on_sale", dish, by)

    @retried
    def set_portions(self, dish_id: int, portions: int | None, by: Actor) -> None:
        """Write down how many portions are left, or None to stop counting.

        Raises DishNotFound, or BadInput for a number no kitchen makes.
        """
        if portions is not None and not 0 <= portions <= MOST_PORTIONS:
            raise BadInput(field="portions")
        with self.db.write() as session:
            dish = _dish_of(session, dish_id, by)
            set_portions(session, dish, portions, self.clock())
            self._tell(session, "dish.counted", dish, by, portions=portions)

    def _place(self, session: Session, table_token: str) -> Place:
        table = table_by_token(session, table_token)
        outlet = outlet_of(session, table.outlet_id)
        version, moment = self._now(session, table_token)
        return Place(outlet, table, version, moment)

    def _now(self, session: Session, table_token: str) -> tuple[str, MenuMoment]:
        written = written_menu(session, table_token)
        moment = self.life.moment(session, written.outlet_id, written.number, self.clock())
        return f"{written.version}{moment.mark}", moment

    def _tell(self, session: Session, kind: str, dish: Dish, by: Actor, portions: int | None = None) -> None:
        outlet = outlet_of(session, dish.outlet_id)
        # In SQL: two changes at the same moment must make two new versions.
        outlet.menu_version = Outlet.menu_version + 1
        topics = [menu_topic(outlet.id), board_topic(outlet.id)]
        at = self.clock()
        tell(session, kind, outlet_id=outlet.id, at=at, by=by, topics=topics, dish=dish.name, portions=portions)


def _dish_of(session: Session, dish_id: int, by: Actor) -> Dish:
    """Find and lock a dish of the outlet that somebody works for."""
    member = session.get(StaffMember, by.id) if by.kind == "staff" and by.id is not None else None
    outlet_id = first_outlet(session).id if member is None else member.outlet_id
    dish = dish_for_update(session, outlet_id, dish_id)
    if dish is None:
        raise DishNotFound
    return dish
