"""Gives the demo restaurant a past: a week of cash sales by the real services, so that it knows what sells."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from core.base.clock import Clock
from core.base.database import Database
from core.base.ids import new_uid
from core.events.record import Actor
from core.menu.models import Dish, OptionGroup
from core.menu.queries import menu_of
from core.menu.quote import Pick
from core.orders.status import PaymentMethod
from core.outlets.models import Outlet, Table
from core.outlets.queries import first_outlet, tables_of
from core.services.cash_desk import CashDesk
from core.services.checkout import Checkout
from core.services.kitchen import Kitchen
from core.services.menu_life import MenuLife
from core.services.payment_desk import PaymentDesk
from core.services.shift_desk import ShiftDesk
from core.staff.models import Role, StaffMember

DAYS: Final = 8
_PER_DAY: Final = 3
_MEALS: Final = (
    ("Sate ayam Madura", "Es teler", "Teh manis"),
    ("Nasi goreng kampung", "Teh manis"),
    ("Ayam geprek", "Teh manis", "Tempe mendoan"),
    ("Sate ayam Madura", "Gado-gado", "Es kopi susu gula aren"),
    ("Nasi goreng kampung", "Tempe mendoan", "Es kopi susu gula aren"),
    ("Rendang sapi", "Teh manis"),
    ("Sate ayam Madura", "Tempe mendoan", "Teh manis"),
)
_COOKED: Final = timedelta(minutes=14)


@dataclass(slots=True)
class _PastClock:
    """A clock that stands where the story is."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def sell_for_a_week(db: Database, clock: Clock, opening_float: int) -> None:
    """Sell, cook and serve a few orders on each of the last days, into the shift that is open; then count the drawer.

    Leaves a fresh shift open, with the float in it.
    """
    story = _PastClock(clock())
    with db.read() as session:
        outlet = first_outlet(session)
        tables = tables_of(session, outlet.id)
        dishes = {dish.name: dish for category in menu_of(session, outlet.id) for dish in category.dishes}
        cashier = session.scalars(select(StaffMember).where(StaffMember.role == Role.CASHIER)).one()
    by = Actor("staff", cashier.id, cashier.name)
    taken = 0
    for turn, at in enumerate(_moments(clock(), outlet)):
        story.now = at
        picks = [_pick(dishes[name]) for name in _MEALS[turn % len(_MEALS)] if name in dishes]
        taken += _sell(db, story, tables[turn % len(tables)], picks, by)
    shifts = ShiftDesk(db, clock)
    shifts.close(outlet.id, opening_float + taken, by)
    shifts.open(outlet.id, opening_float, by)


def _moments(now: datetime, outlet: Outlet) -> Iterator[datetime]:
    """List when somebody ordered: on whole days that are over, so that today's numbers begin with 1."""
    for days in range(DAYS, 0, -1):
        for turn in range(_PER_DAY):
            # More than a business day back in any zone, whatever its cut-off.
            yield now - timedelta(days=days, hours=outlet.day_cutoff_hour) - timedelta(minutes=40 * (_PER_DAY - turn))


def _sell(db: Database, clock: _PastClock, table: Table, picks: list[Pick], by: Actor) -> int:
    checkout = Checkout(db, clock, MenuLife())
    order = checkout.place_picks(table.token, picks, key=new_uid(), pay_by=PaymentMethod.CASH)
    clock.now += timedelta(minutes=2)
    CashDesk(db, clock).take(order.uid, order.cash_total, by)
    kitchen = Kitchen(db, clock, PaymentDesk(db, clock))
    for step in (kitchen.start, kitchen.ready, kitchen.serve):
        clock.now += _COOKED / 2
        step(order.uid, by)
    return order.cash_total


def _pick(dish: Dish) -> Pick:
    return Pick(dish.id, 1, tuple(choice for group in dish.option_groups for choice in _needed(group)))


def _needed(group: OptionGroup) -> list[int]:
    return [option.id for option in group.options[: group.min_choices]]
