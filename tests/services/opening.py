"""Sets a shop's clock and hours, for tests about what changes by itself."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import update

from core.menu.models import Category
from core.menu.serving import ServingHours
from core.outlets.hours_text import read_hours
from core.outlets.models import Outlet
from tests.shop import Shop


def stand_at(shop: Shop, hour: int, minute: int = 0, *, zone: str = "Asia/Jakarta", day: int = 7) -> None:
    """Move the shop into a zone, and its clock to a time of a December day there; the 7th of 2026 is a Monday."""
    with shop.core.db.write() as session:
        session.execute(update(Outlet).values(zone=zone, menu_version=Outlet.menu_version + 1))
    wanted = datetime(2026, 12, day, hour, minute, 1, tzinfo=ZoneInfo(zone))
    shop.clock.added = wanted - datetime.now(UTC)


def opens(shop: Shop, *lines: str) -> None:
    """Give the shop opening hours."""
    shop.core.house.set_hours(read_hours(lines))


def serves_food(shop: Shop, start: int, end: int, last_order: int | None = None) -> None:
    """Give the shop's only category hours, in minutes of the day."""
    with shop.core.db.write() as session:
        category = session.get_one(Category, shop.dishes["Sate Ayam"].category_id)
        category.hours = ServingHours(start, end, last_order)
        session.execute(update(Outlet).values(menu_version=Outlet.menu_version + 1))
