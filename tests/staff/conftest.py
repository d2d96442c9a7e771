"""A door with one cashier behind it."""

from datetime import UTC, datetime, timedelta

import pytest

from core.base.database import Database
from core.events.bus import Bus
from core.events.record import Actor, connect_events
from core.outlets.models import Outlet
from core.services.staff_door import StaffDoor
from core.staff.models import Role, StaffMember
from core.staff.queries import member_by_username
from tests.cheap_secrets import cheap_hash

PASSWORD = "nasi-goreng-1"
KEY = "a key that lies in no database, 32+"


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
    door = StaffDoor(database, clock, lambda: KEY)
    door.add_member(outlet.id, "kasir", "Sari", Role.CASHIER, PASSWORD)
    return door


@pytest.fixture
def staffed(door: StaffDoor) -> StaffDoor:
    """The same door with two owners, two managers and a cook behind it as well. Everybody has the same password."""
    people = {
        "ratna": Role.OWNER,
        "bima": Role.OWNER,
        "dewi": Role.MANAGER,
        "eko": Role.MANAGER,
        "wayan": Role.KITCHEN,
    }
    with door.db.write() as session:
        outlet_id = session.get_one(StaffMember, 1).outlet_id
        session.add_all(
            StaffMember(
                outlet_id=outlet_id,
                username=username,
                name=username.title(),
                role=role,
                password_hash=cheap_hash(PASSWORD),
                pin_hash=cheap_hash("135790"),
            )
            for username, role in people.items()
        )
    return door


def member(door: StaffDoor, username: str) -> StaffMember:
    with door.db.read() as session:
        found = member_by_username(session, username)
    assert found is not None
    return found


def actor(door: StaffDoor, username: str) -> Actor:
    found = member(door, username)
    return Actor("staff", found.id, found.name)
