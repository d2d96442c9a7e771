"""The exception report after a few days that a manager has questions about."""

from datetime import timedelta
from typing import Final

from core.events.record import SYSTEM, Actor
from core.services.menu_files import MenuFiles, MenuFormat
from core.services.outlet_desk import OutletDesk
from tests.screens.house import House
from tests.screens.states import State, View, late_money
from tests.shop import CASHIER

_MANAGER: Final = Actor("staff", 2, "Manager")
_OWNER: Final = Actor("staff", 1, "Pemilik")


def _in_cash(house: House, *dishes: str) -> str:
    order = house.order(*dishes, pay_by="cash")
    house.shop.core.cash.take(order.uid, 200_000, CASHIER)
    return order.uid


def _questions(house: House) -> View:
    """Something of every kind, most of it with the cashier's name."""
    core, outlet = house.shop.core, house.shop.outlet.id
    if core.shifts.current(outlet) is None:
        core.shifts.open(outlet, 200_000, CASHIER)
    core.kitchen.cancel(_in_cash(house), "Salah ketik", _MANAGER, may_void=True, asked_by=CASHIER)
    core.kitchen.cancel(house.paid().uid, "Bahan habis", _MANAGER, may_void=True)
    core.kitchen.cancel(house.order("Es cendol", pay_by="cash").uid, "Tamu pergi", CASHIER, may_void=False)
    served = _in_cash(house, "Rendang sapi", "Teh tarik")
    for step in (core.kitchen.start, core.kitchen.ready, core.kitchen.serve):
        step(served, CASHIER)
    core.refunds.ask(served, 25_000, "Rendang keras, tamu minta uangnya kembali separuh", _MANAGER)
    core.refunds.ask(house.paid("Rawon").uid, 9_000, "Es tumpah", _MANAGER, asked_by=CASHIER)
    core.shifts.move(outlet, -150_000, "Beli es batu", CASHIER)
    core.shifts.move(outlet, 150_000, "Tidak jadi", CASHIER)
    late_money(house)
    core.cases.close(outlet, house.shop.cases()[-1].uid, "Tamu tidak kembali", _MANAGER, asked_by=CASHIER)
    dish = next(one for one in house.shop.dishes.values() if not one.option_groups)
    for price in (1_000, dish.price):
        menu = f"categories:\n  - name: Makanan\n    dishes:\n      - {{name: {dish.name}, price: {price}}}\n"
        MenuFiles(core.db, house.shop.clock).import_menu(menu, MenuFormat.YAML, SYSTEM)
    for rate in (0, 1_000):
        OutletDesk(core.db, house.shop.clock).set_up({"tax_rate": rate}, _OWNER)
    core.door.set_pin("kasir", "246810", _OWNER)
    core.shifts.close(outlet, 180_000, CASHIER)
    core.shifts.open(outlet, 150_000, CASHIER)
    return View("/cashier/exceptions")


def _one_person(house: House) -> View:
    return View(f"/cashier/exceptions?by=staff%3A{CASHIER.id}&topic=cancelled")


def _nothing(house: House) -> View:
    last_year = house.shop.clock().date() - timedelta(days=366)
    return View(f"/cashier/exceptions?from={last_year}&to={last_year}")


EXCEPTIONS: Final = (
    State("staff-exceptions", _questions, is_whole=True),
    State("staff-exceptions-of-one", _one_person),
    State("staff-exceptions-nothing", _nothing),
    State("staff-exceptions-error", lambda _: View("/cashier/exceptions?from=2026-11-29&to=2026-11-28")),
)
