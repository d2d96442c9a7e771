"""Hangs up pictures of dishes, and takes them down."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.errors import NotFound
from core.base.outcomes import retried
from core.events.record import Actor, board_topic, menu_topic, tell
from core.menu.errors import DishNotFound
from core.menu.models import Dish
from core.menu.pictures import Picture, Shrunk, picture_named, shrink_safely
from core.menu.queries import dish_for_update, dishes_by_id
from core.outlets.models import Outlet
from core.outlets.queries import first_outlet, outlet_of


@dataclass(frozen=True, slots=True)
class PictureDesk:
    """What dishes look like. Pictures lie in the database: every process shows them, every backup has them."""

    db: Database
    clock: Clock

    def dish_named(self, name: str) -> Dish:
        """Find a dish on the menu by its Indonesian name. Raises DishNotFound, NoOutlet."""
        with self.db.read() as session:
            named = select(Dish).where(Dish.outlet_id == first_outlet(session).id, Dish.name == name, Dish.is_listed)
            if (dish := session.scalars(named.order_by(Dish.id)).first()) is None:
                raise DishNotFound
            return dish

    def hang_up(self, outlet_id: int, dish_id: int, upload: bytes, by: Actor) -> str:
        """Make a dish's picture of an upload and give its name. The same upload again changes nothing.

        Raises DishNotFound, NotAPicture, PictureTooLarge.
        """
        with self.db.read() as session:
            if dish_id not in dishes_by_id(session, outlet_id, [dish_id]):
                raise DishNotFound
        # It takes up to a second of another process: no transaction waits for it.
        self._keep(outlet_id, dish_id, shrunk := shrink_safely(upload), by)
        return shrunk.name

    @retried
    def take_down(self, outlet_id: int, dish_id: int, by: Actor) -> None:
        """Show a dish without a picture. Safe to repeat. Raises DishNotFound."""
        with self.db.write() as session:
            _show(session, outlet_id, dish_id, "", by, self.clock)

    def find(self, name: str) -> Picture:
        """Find an uploaded picture. Raises NotFound."""
        with self.db.read() as session:
            if (picture := picture_named(session, name)) is None:
                raise NotFound
            return picture

    @retried
    def _keep(self, outlet_id: int, dish_id: int, shrunk: Shrunk, by: Actor) -> None:
        with self.db.write() as session:
            if picture_named(session, shrunk.name) is None:
                session.add(Picture(name=shrunk.name, small=shrunk.small, large=shrunk.large, at=self.clock()))
            _show(session, outlet_id, dish_id, shrunk.name, by, self.clock)


def _show(session: Session, outlet_id: int, dish_id: int, name: str, by: Actor, clock: Clock) -> None:
    dish = dish_for_update(session, outlet_id, dish_id)
    if dish is None:
        raise DishNotFound
    if dish.picture == name:
        return
    dish.picture = name
    outlet = outlet_of(session, outlet_id)
    # In SQL: two changes at the same moment must make two new versions.
    outlet.menu_version = Outlet.menu_version + 1
    topics = [menu_topic(outlet_id), board_topic(outlet_id)]
    kind = "dish.pictured" if name else "dish.picture_taken_down"
    tell(session, kind, outlet_id=outlet_id, at=clock(), by=by, topics=topics, dish=dish.name)
