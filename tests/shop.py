"""A whole restaurant for a test: real services, a real database, the real simulator, a clock that moves when told."""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from core.base.settings import Settings
from core.events.record import Actor
from core.ledger.models import Account
from core.ledger.queries import balance_of, credit_of_order
from core.menu.models import Category, Dish, Option, OptionGroup, StockMove
from core.menu.quote import Pick
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.outlets.models import Outlet, Table
from core.payments.models import Attempt, MoneyCase
from core.payments.queries import attempts_of_order
from core.services import Core, open_services
from core.services.order_desk import OrderPage, Stage
from core.staff.models import Role, StaffMember
from tests.running_simulator import Simulator

SERVER_KEY = "SB-Mid-server-meja"
# The gateway's clock runs with the real one until a test moves it: a deadline it names must lie ahead of ours.
CASHIER = Actor("staff", 3, "Kasir")


@dataclass(slots=True)
class TestClock:
    """The real time plus what the test added. Jumps only when told."""

    __test__ = False
    added: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.added


@dataclass(slots=True)
class Wallet:
    """What diners hold: it pays QR codes."""

    simulator: Simulator
    shop: "Shop"

    def pays(self, order: Order, *, attempt: Attempt | None = None, **how: Any) -> None:
        """Pay the order's newest QR (or the one named), and let the shop hear of it at once."""
        paid = attempt or self.shop.attempt(order)
        self.simulator.pay(paid.reference, **how)
        self.shop.hears_of(paid)


@dataclass(slots=True)
class Shop:
    """One outlet with a small menu, one cashier and an open drawer."""

    core: Core
    simulator: Simulator
    clock: TestClock
    tables: list[Table] = field(default_factory=list)
    dishes: dict[str, Dish] = field(default_factory=dict)
    outlet: Outlet = field(default_factory=Outlet)

    @property
    def wallet(self) -> Wallet:
        return Wallet(self.simulator, self)

    def order(
        self, *names: str, pay_by: str = "qris", key: str | None = None, table: int = 0, charge: bool = True
    ) -> Order:
        """Order dishes by name at a table; the gateway is asked for the QR unless told otherwise."""
        picks = self.picks(*names)
        order = self.core.checkout.place_picks(
            self.tables[table].token, picks, key=key or secrets.token_hex(8), pay_by=PaymentMethod(pay_by)
        )
        if charge:
            self.gateway_works()
        if charge and pay_by == "qris":
            self._waits_for_a_program_beside(order)
        return order

    def _waits_for_a_program_beside(self, order: Order) -> None:
        """Where a program runs on the same database, its worker may have taken the order in hand a moment before ours."""
        until = time.monotonic() + 5
        while self.attempt(order).lease is not None and time.monotonic() < until:
            time.sleep(0.01)

    def picks(self, *names: str) -> Sequence[Pick]:
        return [Pick(self.dishes[name].id, 1, self._needed_options(name)) for name in names]

    def _needed_options(self, name: str) -> tuple[int, ...]:
        groups = self.dishes[name].option_groups
        return tuple(option.id for group in groups for option in group.options[: group.min_choices])

    def gateway_works(self) -> int:
        """Let the worker carry out everything that is due now."""
        return self.core.worker.sweep_once()

    def passes(self, span: timedelta, *, at_the_gateway: bool = True) -> None:
        """Let time pass, here and at the gateway."""
        self.clock.added += span
        if at_the_gateway:
            self.simulator.move_clock(span)

    def page(self, order: Order) -> OrderPage:
        return self.core.orders.page(order.uid)

    def stage(self, order: Order) -> Stage:
        return self.page(order).stage

    def status(self, order: Order) -> tuple[str, str]:
        """The order's status and payment status."""
        now = self.page(order).order
        return str(now.status), str(now.payment_status)

    def attempt(self, order: Order) -> Attempt:
        """The newest attempt."""
        return self.attempts(order)[0]

    def attempts(self, order: Order) -> Sequence[Attempt]:
        with self.core.db.read() as session:
            return attempts_of_order(session, order.id)

    def hears_of(self, attempt: Attempt, *, said: str = "settlement") -> None:
        """Bring the shop a well-signed notification about an attempt, and let the worker act on it."""
        self.core.inbox.receive(notification(attempt.reference, attempt.amount, said))
        self.gateway_works()

    def cases(self) -> list[MoneyCase]:
        return [view.case for view in self.core.money.open_cases(self.outlet.id)]

    def received(self, order: Order) -> int:
        with self.core.db.read() as session:
            credit = credit_of_order(session, order.id)
            return credit.received - credit.returned

    def balance(self, account: Account) -> int:
        with self.core.db.read() as session:
            return balance_of(session, account)

    def portions(self, name: str) -> int | None:
        with self.core.db.read() as session:
            return session.scalar(select(Dish.portions).where(Dish.name == name))

    def check_books(self) -> None:
        """Every invariant holds, and the simulator's own book says the same as the ledger."""
        findings = self.core.books.check()
        broken = {finding.name: finding.faults for finding in findings if not finding.holds}
        assert not broken, broken
        # A simulator that is away would agree with anything.
        assert all(finding.was_compared for finding in findings)


_CODES = {
    "pending": "201",
    "settlement": "200",
    "refund": "200",
    "partial_refund": "200",
    "expire": "202",
    "cancel": "202",
    "deny": "202",
}


def notification(reference: str, amount: int, said: str, *, key: str = SERVER_KEY, **changed: Any) -> bytes:
    """Make a notification as Midtrans would send it, signed; changed fields are changed after signing."""
    code = _CODES[said]
    gross = f"{amount}.00"
    message = {
        "transaction_time": "2026-05-01 12:30:05",
        "transaction_status": said,
        "transaction_id": "5b0f3c1e-7a64-4d1f-9c53-2f0e8d7b6a91",
        "status_message": "midtrans payment notification",
        "status_code": code,
        "payment_type": "qris",
        "order_id": reference,
        "merchant_id": "G812345678",
        "gross_amount": gross,
        "fraud_status": "accept",
        "currency": "IDR",
        "acquirer": "gopay",
        "signature_key": hashlib.sha512(f"{reference}{code}{gross}{key}".encode()).hexdigest(),
        "nonce": secrets.token_hex(4),
    }
    return json.dumps(message | changed).encode()


def open_shop(database_url: str, simulator: Simulator, *, prepare: Callable[[Core], None] | None = None) -> Shop:
    """Open a restaurant on a migrated, empty database."""
    clock = TestClock()
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        midtrans_core_url=simulator.url,
        midtrans_snap_url=f"{simulator.url}/snap/v1",
    )
    core = open_services(settings, clock=clock)
    shop = Shop(core, simulator, clock)
    furnish(shop)
    if prepare is not None:
        prepare(core)
    return shop


def furnish(shop: Shop) -> None:
    """Put in an outlet, tables, four dishes, a cashier and an open drawer."""
    now = shop.clock()
    with shop.core.db.write() as session:
        outlet = Outlet(name="Warung Uji", service_rate=500, tax_rate=1000, merchant_name="WARUNG MEJA", cash_coin=100)
        session.add(outlet)
        session.flush()
        tables = [Table(outlet_id=outlet.id, label=str(n), position=n) for n in (1, 2, 3)]
        category = Category(outlet_id=outlet.id, name="Makanan", name_en="Food")
        session.add_all([*tables, category])
        session.flush()
        dishes = [
            _dish(outlet, category, "Sate Ayam", 28_000),
            _dish(outlet, category, "Es Teh", 7_000),
            _dish(outlet, category, "Rendang", 45_000, portions=3),
            _dish(outlet, category, "Mi Goreng", 24_000, groups=[_spice()]),
        ]
        session.add_all(dishes)
        session.flush()
        session.add(StockMove(dish_id=dishes[2].id, order_id=None, portions=3, kind="counted", at=now))
        for username, role in (
            ("owner", Role.OWNER),
            ("manager", Role.MANAGER),
            ("kasir", Role.CASHIER),
            ("dapur", Role.KITCHEN),
        ):
            session.add(
                StaffMember(outlet_id=outlet.id, username=username, name=username.title(), role=role, password_hash="-")
            )
    shop.outlet = outlet
    shop.tables = tables
    shop.dishes = {dish.name: dish for dish in dishes}
    shop.core.shifts.open(outlet.id, 200_000, CASHIER)


def _dish(
    outlet: Outlet,
    category: Category,
    name: str,
    price: int,
    *,
    portions: int | None = None,
    groups: list[OptionGroup] | None = None,
) -> Dish:
    return Dish(
        outlet_id=outlet.id,
        category_id=category.id,
        name=name,
        price=price,
        portions=portions,
        option_groups=groups or [],
    )


def _spice() -> OptionGroup:
    return OptionGroup(
        name="Level pedas",
        name_en="Spice",
        min_choices=1,
        max_choices=1,
        options=[Option(name="Biasa", name_en="Mild", price=0), Option(name="Pedas", name_en="Hot", price=2_000)],
    )
