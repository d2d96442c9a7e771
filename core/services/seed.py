"""Sets up the demo restaurant: a house that is open, with a full menu, people, tables and change in the drawer."""

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.day_time import DAY
from core.events.record import Actor
from core.ledger.models import Account, EntryKind
from core.ledger.posting import Line, post
from core.menu.yaml_file import read_yaml
from core.outlets.models import OpeningHours, Outlet, Table
from core.services.demo_sales import sell_for_a_week
from core.services.menu_files import take_in
from core.shifts.models import Shift
from core.staff.models import Role, StaffMember
from core.staff.secrets import hash_secret

TABLES: Final = 12
OPENING_FLOAT: Final = 200_000
"""The change in the drawer, in whole rupiah."""
PASSWORD: Final = "meja-demo-1234"  # noqa: S105 - known to everybody; changed where others can reach the demo


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who works in the demo restaurant."""

    username: str
    name: str
    role: Role
    pin: str
    password: str = PASSWORD


PEOPLE: Final = (
    DemoPerson("owner", "Ibu Ratna", Role.OWNER, "112358"),
    DemoPerson("manager", "Pak Bima", Role.MANAGER, "135790"),
    DemoPerson("kasir", "Sari", Role.CASHIER, "246810"),
    DemoPerson("dapur", "Wayan", Role.KITCHEN, "246810"),
)
"""The logins that the seed writes. Whoever opens the demo to a network changes them first."""


def seed_demo(db: Database, clock: Clock, *, with_a_past: bool = True) -> bool:
    """Set up the demo restaurant in an empty database, and tell whether it was empty.

    Safe to repeat: a house that is there stays as it is. Without a past it has not sold anything yet.
    """
    with db.write() as session:
        if session.scalar(select(Outlet.id).limit(1)) is not None:
            return False
        _open_house(session, clock())
    if with_a_past:
        sell_for_a_week(db, clock, OPENING_FLOAT)
    return True


def _open_house(session: Session, at: datetime) -> None:
    outlet = Outlet(
        name="Warung Meja",
        address="Jl. Contoh No. 7, Jakarta Selatan",
        phone="021-5550107",
        zone="Asia/Jakarta",
        day_cutoff_hour=4,
        service_rate=500,
        tax_rate=1000,
        cash_coin=100,
        # The two words that the simulator writes into its QR texts.
        merchant_name="WARUNG MEJA",
        nmid="ID1020000000017",
    )
    session.add(outlet)
    session.flush()
    session.add_all(Table(outlet_id=outlet.id, label=str(label), position=label) for label in range(1, TABLES + 1))
    menu = files("core").joinpath("demo/menu.yaml").read_text(encoding="utf-8")
    take_in(session, outlet, read_yaml(menu), at=at)
    # Whenever somebody tries the demo, it is open.
    session.add_all(OpeningHours(outlet_id=outlet.id, weekday=day, opens=0, closes=DAY) for day in range(7))
    staff = [_hired(outlet, person) for person in PEOPLE]
    session.add_all(staff)
    session.flush()
    cashier = next(member for member in staff if member.role is Role.CASHIER)
    _open_shift(session, outlet, cashier, at)


def _hired(outlet: Outlet, person: DemoPerson) -> StaffMember:
    return StaffMember(
        outlet_id=outlet.id,
        username=person.username,
        name=person.name,
        role=person.role,
        password_hash=hash_secret(person.password),
        pin_hash=hash_secret(person.pin),
    )


def _open_shift(session: Session, outlet: Outlet, cashier: StaffMember, at: datetime) -> None:
    """Open the drawer, so that cash works at once."""
    shift = Shift(outlet_id=outlet.id, opened_by=cashier.id, opened_at=at, opening_float=OPENING_FLOAT)
    session.add(shift)
    session.flush()
    lines = [Line(Account.DRAWER, OPENING_FLOAT, shift_id=shift.id), Line(Account.OWNER, -OPENING_FLOAT)]
    by = str(Actor("staff", cashier.id, cashier.name))
    post(session, outlet, EntryKind.FLOAT, lines, source="drawer", source_id=f"{shift.id}", at=at, by=by)
