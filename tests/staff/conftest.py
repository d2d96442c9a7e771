"""A door with one cashier behind it."""

from datetime import UTC, datetime, timedelta

import pytest

from core.base.database import Database
from core.events.bus import Bus
from core.events.record import connect_events
from core.outlets.models import Outlet
from core.services.staff_door import StaffDoor
from core.staff.models import Role

PASSWORD = "nasi-goreng-1"


class Wall:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, 5, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, span: timedelta) -> None:
        self.now += span


@pytest.fixture
def clock() -> Wall:
    return Wall()


@pytest.fixture
def door(database: Database, clock: Wall) -> StaffDoor:
    connect_events(database, Bus())
    with database.write() as session:
        outlet = Outlet(name="Warung Uji")
        session.add(outlet)
        session.flush()
    door = StaffDoor(database, clock)
    door.add_member(outlet.id, "kasir", "Sari", Role.CASHIER, PASSWORD)
    return door
