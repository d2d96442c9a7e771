"""The list of people who work here."""

from itertools import pairwise

import pytest
from sqlalchemy import select

from core.events.models import Event
from core.services.staff_door import StaffDoor
from core.staff.errors import BadUsername, NotAllowed, UnknownMember, UsernameTaken, WeakSecret
from core.staff.models import Role, StaffMember
from core.staff.pins import pin_fits
from core.staff.rights import RIGHTS, Right, may, require
from tests.staff.conftest import KEY, PASSWORD


def outlet_of(door: StaffDoor) -> int:
    with door.db.read() as session:
        return session.scalars(select(StaffMember.outlet_id)).first() or 0


def test_a_username_is_given_once(door: StaffDoor) -> None:
    with pytest.raises(UsernameTaken):
        door.add_member(outlet_of(door), "kasir", "Another", Role.KITCHEN, PASSWORD)


@pytest.mark.parametrize("username", ["", "a", "Kasir", "kas ir", "ká", "-kasir", "x" * 41])
def test_a_username_is_plain(door: StaffDoor, username: str) -> None:
    with pytest.raises(BadUsername):
        door.add_member(outlet_of(door), username, "Sari", Role.CASHIER, PASSWORD)


def test_a_short_password_is_refused_whenever_it_is_set(door: StaffDoor) -> None:
    with pytest.raises(WeakSecret):
        door.add_member(outlet_of(door), "baru", "Baru", Role.CASHIER, "pendek")
    with pytest.raises(WeakSecret):
        door.set_password("kasir", "pendek")


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"])
def test_a_pin_has_six_digits(door: StaffDoor, pin: str) -> None:
    with pytest.raises(WeakSecret):
        door.set_pin("kasir", pin)


def test_a_pin_is_kept_as_a_hash(door: StaffDoor) -> None:
    door.set_pin("kasir", "246810")

    with door.db.read() as session:
        kept = session.scalars(select(StaffMember.pin_hash)).one()
    assert "246810" not in kept
    assert pin_fits(KEY, kept, "246810")


def test_nobody_can_be_changed_who_is_not_there(door: StaffDoor) -> None:
    with pytest.raises(UnknownMember):
        door.disable("nobody")


def test_every_change_is_written_down_without_its_secret(door: StaffDoor) -> None:
    door.set_password("kasir", "soto-betawi-2")
    door.set_pin("kasir", "246810")
    door.disable("kasir")

    with door.db.read() as session:
        events = session.scalars(select(Event).order_by(Event.id)).all()
    assert [event.kind for event in events] == [
        "staff.added",
        "staff.password_changed",
        "staff.pin_changed",
        "staff.disabled",
    ]
    told = str([event.data for event in events])
    assert "soto-betawi-2" not in told
    assert "246810" not in told


def test_each_role_may_do_what_the_one_below_it_may() -> None:
    ladder = [RIGHTS[role] for role in (Role.KITCHEN, Role.CASHIER, Role.MANAGER, Role.OWNER)]

    assert all(lower <= higher for lower, higher in pairwise(ladder))
    assert Right.TAKE_CASH not in RIGHTS[Role.KITCHEN]
    assert Right.CANCEL_PAID not in RIGHTS[Role.CASHIER]


def test_a_right_that_a_role_lacks_is_refused() -> None:
    cook = StaffMember(role=Role.KITCHEN)

    assert may(cook, Right.COOK)
    require(cook, Right.COOK)
    with pytest.raises(NotAllowed):
        require(cook, Right.TAKE_CASH)
