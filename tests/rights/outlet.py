"""One outlet of the street in the middle of an evening: an order in every state, money in doubt, and what stands about."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from core.events.record import Actor
from core.menu.models import Category, Dish, Option, OptionGroup
from core.menu.pictures import Picture
from core.menu.quote import Pick
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.outlets.devices import Device
from core.outlets.models import Outlet, Station, Table
from core.services import Core
from core.services.counter_desk import guest_of_round
from core.services.printer_desk import PrinterPlan
from core.staff.models import Role, StaffMember
from tests.cheap_secrets import cheap_hash, cheap_pin
from tests.running_simulator import Simulator
from tests.settlement_files import STRANGE, csv_file, payment
from tests.shop import Shop, TestClock

STREETS_KEY: Final = "a-key-that-only-the-street-knows-0123456789"
PASSWORD: Final = "nasi-goreng-1"
PINS: Final = {Role.OWNER: "112358", Role.MANAGER: "135790", Role.CASHIER: "246810", Role.KITCHEN: "314159"}
DISH: Final = "Sate"
_STRANGE_TOO: Final = f"{STRANGE[:-2]}WQ"
_CASES: Final = ("case", "honoured", "credited", "refunded", "withdrawn", "undone", "closed")
"""One for each way out, so that none is in the way of another."""
_IN_CASH: Final = ("new", "cooking", "ready", "moved", "lined", "stationed", "served", "stopped", "printed")
_BY_QRIS: Final = ("paid", "refunding", "going_back", "partly")
_STEPS: Final = {
    "cooking": ("start",),
    "ready": ("start", "ready"),
    "served": ("start", "ready", "serve"),
}


@dataclass(slots=True)
class Evening:
    """An outlet with everything that an address or a form can name."""

    shop: Shop
    mark: str
    """A word in every name of this outlet: it must not stand on a page of the other one."""
    letter: str
    """What its usernames and table labels begin with."""
    people: dict[Role, StaffMember] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)

    @property
    def core(self) -> Core:
        return self.shop.core

    @property
    def outlet_id(self) -> int:
        return self.shop.outlet.id

    def by(self, role: Role = Role.CASHIER) -> Actor:
        """Name a member of staff as the one who acts."""
        member = self.people[role]
        return Actor("staff", member.id, member.name)

    def orders_dish(self, name: str, pay_by: str, table: int = 1) -> Order:
        """Have somebody order, and remember the order under a name; the gateway is asked later."""
        picks = [Pick(self.shop.dishes[DISH].id, 1)]
        self.orders[name] = self.core.checkout.place_picks(
            self.shop.tables[table].token,
            picks,
            key=secrets.token_hex(8),
            pay_by=PaymentMethod(pay_by),
            customer_name=f"Tamu {self.mark}",
        )
        self.things[name] = self.orders[name].uid
        return self.orders[name]


def open_evening(core: Core, simulator: Simulator, clock: TestClock, mark: str, letter: str) -> Evening:
    """Put an outlet into the database, with its people, its menu and an open drawer."""
    evening = Evening(Shop(core, simulator, clock), mark, letter)
    _furnish(evening)
    evening.core.shifts.open(evening.outlet_id, 100_000, evening.by())
    evening.core.shifts.close(evening.outlet_id, 100_000, evening.by())
    sheet = evening.core.shifts.last_closed(evening.outlet_id)
    assert sheet is not None
    evening.things["sheet"] = str(sheet.shift.id)
    evening.core.shifts.open(evening.outlet_id, 500_000, evening.by())
    return evening


def let_orders_run_out(evenings: list[Evening]) -> None:
    """Have guests order whose money will come too late."""
    for evening in evenings:
        for name in _CASES:
            evening.orders_dish(name, "qris", table=0)
    shop = evenings[0].shop
    shop.gateway_works()
    for minutes in (16, 31):
        shop.passes(timedelta(minutes=minutes))
        shop.gateway_works()


def fill(evening: Evening) -> None:
    """Let everything happen that makes the evening: money cases, orders in every state, and what stands about."""
    _late_money(evening)
    _orders(evening)
    _stands_about(evening)
    _counter(evening)
    _settlement(evening)


def happen_just_now(evening: Evening) -> None:
    """Let a cook start an order, which can be taken back for seconds, and managers ask for refunds that are still here."""
    evening.core.kitchen.start(evening.things["moved"], evening.by(Role.KITCHEN))
    for name, refund in (("refunding", "refund"), ("going_back", "other_refund")):
        asked = evening.core.refunds.ask(evening.things[name], 1_000, "Tumpah", evening.by(Role.MANAGER))
        evening.things[refund] = asked.refund_key


def _furnish(evening: Evening) -> None:
    shop, mark = evening.shop, evening.mark
    outlet = Outlet(name=f"Warung {mark}", merchant_name="WARUNG MEJA", tax_rate=1000, cash_coin=100)
    with shop.core.db.write() as session:
        session.add(outlet)
        session.flush()
        tables = [Table(outlet_id=outlet.id, label=f"{evening.letter}{n}", position=n) for n in range(1, 9)]
        station = Station(outlet_id=outlet.id, name=f"Dapur {mark}")
        session.add_all([*tables, station])
        session.flush()
        category = Category(outlet_id=outlet.id, name=f"Makanan {mark}", station_id=station.id)
        people = [_person(outlet.id, role, evening) for role in Role]
        hired = StaffMember(
            outlet_id=outlet.id, username=f"{evening.letter}sari", name=f"Sari {mark}", role=Role.CASHIER
        )
        hired.password_hash, hired.pin_hash = cheap_hash(PASSWORD), cheap_hash("271828")
        picture = Picture(name=f"upload-{secrets.token_hex(10)}.webp", small=b"small", large=b"large", at=shop.clock())
        session.add_all([category, *people, hired, picture])
        session.flush()
        dishes = {name: _dish(outlet.id, category.id, f"{name} {mark}") for name in (DISH, "Soto", "Rawon")}
        dishes["Soto"].picture = picture.name
        session.add_all(dishes.values())
        session.flush()
    shop.outlet, shop.tables, shop.dishes = outlet, tables, dishes
    evening.people = {one.role: one for one in people}
    evening.things |= {
        "station": str(station.id),
        "person": hired.username,
        "member": f"staff:{hired.id}",
        "dish": str(dishes[DISH].id),
        "spare_dish": str(dishes["Rawon"].id),
        "pictured": str(dishes["Soto"].id),
        "option": str(dishes[DISH].option_groups[0].options[0].id),
        "picture": picture.name,
        "label": tables[7].label,
    }


def _person(outlet_id: int, role: Role, evening: Evening) -> StaffMember:
    return StaffMember(
        outlet_id=outlet_id,
        username=f"{evening.letter}{role}",
        name=f"{role.title()} {evening.mark}",
        role=role,
        password_hash=cheap_hash(PASSWORD),
        pin_hash=cheap_pin(STREETS_KEY, PINS[role]),
    )


def _dish(outlet_id: int, category_id: int, name: str) -> Dish:
    sauces = OptionGroup(name="Saus", max_choices=1, options=[Option(name=f"Saus {name}", price=0)])
    return Dish(outlet_id=outlet_id, category_id=category_id, name=name, price=28_000, option_groups=[sauces])


def _late_money(evening: Evening) -> None:
    for name in _CASES:
        evening.shop.wallet.pays(evening.orders[name], late=True)
    found = {view.case.order_id: view.case.uid for view in evening.core.money.open_cases(evening.outlet_id)}
    for name in _CASES:
        evening.things[name] = found[evening.orders[name].id]


def _orders(evening: Evening) -> None:
    core, by = evening.core, evening.by()
    for name in ("waiting", "unpaid"):
        evening.orders_dish(name, "cash")
    evening.orders_dish("beside", "cash", table=0)
    for name in ("qr", *_BY_QRIS):
        evening.orders_dish(name, "qris")
    evening.shop.gateway_works()
    for name in _BY_QRIS:
        evening.shop.wallet.pays(evening.orders[name])
    for name in _IN_CASH:
        order = evening.orders_dish(name, "cash")
        core.cash.take(order.uid, 100_000, by)
        for step in _STEPS.get(name, ()):
            getattr(core.kitchen, step)(order.uid, by)
    core.kitchen.cancel(evening.orders["stopped"].uid, "Habis", evening.by(Role.MANAGER), may_void=True)
    for name, line in (("lined", "line"), ("partly", "partly_line")):
        evening.things[line] = str(core.orders.page(evening.things[name]).order.lines[0].id)
    evening.things["claim"] = core.orders.page(evening.things["waiting"]).order.claim_code or ""


def _stands_about(evening: Evening) -> None:
    core, outlet_id, by = evening.core, evening.outlet_id, evening.by(Role.MANAGER)
    for name in ("printer", "changed_printer", "removed_printer"):
        receipts = name == "printer"
        plan = PrinterPlan(
            f"{name} {evening.mark}",
            "192.168.1.50",
            prints_kitchen=True,
            prints_receipts=receipts,
            opens_drawer=receipts,
        )
        evening.things[name] = core.printers.add(outlet_id, plan, by).uid
    evening.things["device"] = put_up_tablet(evening, "Kios belakang").uid
    for place, name in ((4, "party"), (5, "calling"), (6, "coded")):
        core.floor.open_table(outlet_id, evening.shop.tables[place].label, by)
        evening.things[name] = next(
            view.sitting.uid
            for view in core.floor.floor(outlet_id).tables
            if view.sitting is not None and view.table.id == evening.shop.tables[place].id
        )


def put_up_tablet(evening: Evening, name: str) -> Device:
    """Make a tablet a kiosk of the outlet; what its cookie holds is kept among the things."""
    token, pairing = evening.core.kiosks.new_code("10.0.0.9")
    evening.core.devices.approve(evening.people[Role.MANAGER], pairing.code, f"{name} {evening.mark}")
    evening.things["tablet"] = token
    tablet = evening.core.kiosks.tablet_of(token)
    assert tablet is not None
    return tablet


def _counter(evening: Evening) -> None:
    """Let a cashier type half an order."""
    round_uid = secrets.token_urlsafe(16)
    counter = evening.core.counter.counter(evening.outlet_id)
    pick = Pick(int(evening.things["dish"]), 2)
    visit = evening.core.baskets.add(counter.token, guest_of_round(round_uid), pick)
    evening.things["round"] = round_uid
    evening.things["round_line"] = str(evening.core.baskets.basket(visit.id).lines[0].id)


def _settlement(evening: Evening) -> None:
    at = evening.shop.clock()
    raw = csv_file(*(payment(reference, 28_000 + evening.outlet_id, at) for reference in (STRANGE, _STRANGE_TOO)))
    name = f"settlement {evening.mark}.csv"
    uid = evening.core.settlement_files.take_in(evening.outlet_id, name, raw, evening.by(Role.MANAGER)).uid
    report = evening.core.settlement_reports.report(evening.outlet_id, uid)
    evening.things["settlement"] = uid
    evening.things["chosen"], evening.things["chosen_too"] = (view.row.uid for view in report.groups[0].views)
