"""Furnishes the restaurant that is measured: the demo's house with exactly 60 dishes, and staff who are signed in."""

import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.base.clock import system_clock
from core.base.database import Database
from core.menu.models import Dish, StockMove
from core.migrations import upgrade
from core.outlets.models import Outlet, Table
from core.services.seed import seed_demo
from core.services.staff_door import device_of
from core.staff.models import Role, StaffMember, StaffSession

DISHES = 60
SESSIONS = 60
"""Browsers that are signed in: enough for every board to be one."""
LAST_PORTIONS = 30
"""Dishes, beside the 60, of which one portion is left: ordering it nudges every open menu."""


@dataclass(frozen=True, slots=True)
class Restaurant:
    """One database, and what a load generator needs to know of it."""

    url: str
    outlet_id: int
    table: str
    """Token of the first table."""
    sessions: tuple[str, ...]
    """What signed-in browsers hold in their cookie."""
    dish_ids: tuple[int, int]
    """Two dishes that ask nothing and never run out."""
    last_portions: tuple[int, ...]

    @property
    def file(self) -> Path:
        """Where it lies, on SQLite."""
        return Path(self.url.removeprefix("sqlite:///"))

    def copy(self, folder: Path) -> "Restaurant":
        """Open the same house once more, in a file of its own."""
        folder.mkdir(parents=True)
        file = folder / self.file.name
        shutil.copy(self.file, file)
        return replace(self, url=f"sqlite:///{file}")


def open_restaurant(folder: Path) -> Restaurant:
    """Make a fresh database file with the restaurant in it."""
    folder.mkdir(parents=True)
    return furnish(f"sqlite:///{folder / 'meja.db'}")


def furnish(url: str) -> Restaurant:
    """Put the restaurant into an empty database."""
    upgrade(url)
    db = Database(url)
    try:
        seed_demo(db, system_clock, with_a_past=False)
        with db.write() as session:
            return _furnish(session, url)
    finally:
        # The last connection to leave folds the log into the file, so that the file alone can be copied.
        db.close()


def _furnish(session: Session, url: str) -> Restaurant:
    outlet = session.scalars(select(Outlet)).one()
    dishes = session.scalars(select(Dish).order_by(Dish.position, Dish.id)).all()
    for place, dish in enumerate(dishes):
        dish.is_listed = place < DISHES
    plain = select(Dish.id).where(Dish.is_listed, Dish.portions.is_(None), ~Dish.is_sold_out, ~Dish.option_groups.any())
    session.flush()
    first, second, *_ = session.scalars(plain.order_by(Dish.id))
    assert session.scalar(select(func.count()).where(Dish.is_listed)) == DISHES
    return Restaurant(
        url=url,
        outlet_id=outlet.id,
        table=session.scalars(select(Table.token).order_by(Table.id)).first() or "",
        sessions=_sign_in(session),
        dish_ids=(first, second),
        last_portions=_last_portions(session, dishes[0]),
    )


def _sign_in(session: Session) -> tuple[str, ...]:
    now = system_clock()
    manager = session.scalars(select(StaffMember.id).where(StaffMember.role == Role.MANAGER)).one()
    tokens = tuple(secrets.token_urlsafe(32) for _ in range(SESSIONS))
    session.add_all(
        StaffSession(token_digest=device_of(token), staff_id=manager, started_at=now, seen_at=now) for token in tokens
    )
    return tokens


def _last_portions(session: Session, model: Dish) -> tuple[int, ...]:
    dishes = [
        Dish(
            outlet_id=model.outlet_id,
            category_id=model.category_id,
            name=f"Porsi terakhir {number}",
            price=20_000,
            portions=1,
            position=1_000 + number,
        )
        for number in range(LAST_PORTIONS)
    ]
    session.add_all(dishes)
    session.flush()
    now = system_clock()
    session.add_all(StockMove(dish_id=dish.id, portions=1, kind="counted", at=now) for dish in dishes)
    return tuple(dish.id for dish in dishes)
