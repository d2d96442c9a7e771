"""One day of a restaurant, played by its people in real browsers: at its end every book says the same."""

import csv
import io
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from core.ledger.models import Account, Entry, EntryKind, Posting
from core.orders.models import Order
from core.orders.status import OrderStatus
from core.payments.models import Attempt
from core.services.printer_desk import PrinterPlan
from core.staff.models import StaffMember
from tests.cheap_secrets import cheap_hash
from tests.e2e.day import Stove, Till, at_a_screen
from tests.e2e.phones import open_phone, opens_the_basket, order_on, orders_in
from tests.printing.printer import NetPrinter, open_printer
from tests.running_program import Program
from tests.shop import CASHIER, Shop
from tests.stations import open_two_stations
from tests.web.patience import soon

PINS = {"kasir": "246810", "manager": "135790"}
FLOAT = 200_000
"""What furnish() puts into the drawer."""
DISHES = (("Sate Ayam", "Es Teh"), ("Es Teh",), ("Mi Goreng",), ("Sate Ayam",), ("Mi Goreng", "Es Teh"))


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: the money of every one of these steps is tested on both."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@dataclass(slots=True)
class Day:
    """The restaurant with its people, and what should be in the drawer by what they did."""

    program: Program
    browser: Browser
    till: Till
    stoves: Sequence[Stove]
    printer: NetPrinter
    drawer: int = FLOAT
    qris: int = 0
    """What guests paid by QRIS, less what went back to them."""
    dishes: Iterator[tuple[str, ...]] = field(default_factory=lambda: cycle(DISHES))
    tables: Iterator[int] = field(default_factory=lambda: cycle((0, 1, 2)))

    @property
    def shop(self) -> Shop:
        return self.program.shop

    def order(self, pay_by: str = "qris") -> Order:
        """Somebody at a table orders."""
        order = self.shop.order(*next(self.dishes), pay_by=pay_by, table=next(self.tables), charge=False)
        if pay_by == "qris":
            self._shows_a_qr(order)
        return order

    def _shows_a_qr(self, order: Order) -> Attempt:
        assert soon(lambda: str(self.shop.attempt(order).state) == "live")
        return self.shop.attempt(order)

    def pays(self, order: Order) -> None:
        self.program.simulator.pay(self._shows_a_qr(order).reference)
        self.till.sees(order, "new")
        self.qris += order.total

    def paid_by_qris(self) -> Order:
        order = self.order()
        self.pays(order)
        return order

    def paid_in_cash(self) -> Order:
        order = self.order("cash")
        self.takes(order)
        return order

    def takes(self, order: Order) -> None:
        self.till.takes_cash(order)
        self.drawer += order.cash_total
        self.till.sees(order, "new")

    def typed_and_paid_by_qris(self) -> Order:
        order = self.till.types_an_order("Es Teh", "qris")
        self.pays(order)
        return order

    def typed_and_paid_in_cash(self) -> Order:
        order = self.till.types_an_order("Sate Ayam", "cash")
        self.till.takes_exactly(order)
        self.drawer += order.cash_total
        self.till.sees(order, "new")
        return order

    def switched_to_cash(self) -> Order:
        order = self.order()
        self.program.core.payments.to_cash(order.uid)
        assert soon(lambda: not self.shop.attempt(order).is_open)
        fresh = self.shop.page(order).order
        self.takes(fresh)
        return fresh

    def switched_to_qris(self) -> Order:
        order = self.order("cash")
        self.program.core.payments.to_qris(order.uid)
        self.pays(order)
        return order

    def expired(self) -> Order:
        """Nobody pays, the QR runs out at the gateway, and the order's time is over here."""
        order = self.order()
        self.program.simulator.expire(self.shop.attempt(order).reference)
        assert soon(lambda: str(self.shop.attempt(order).state) == "expired")
        # Not by the clock: the running worker takes a clock that jumps for one that somebody set.
        with self.program.core.db.write() as session:
            session.execute(update(Order).where(Order.id == order.id).values(expires_at=self.shop.clock()))
        assert soon(lambda: self.shop.status(order)[0] == "expired")
        return order

    def cancelled_by_the_guest(self) -> Order:
        order = self.order()
        self.program.core.payments.cancel(order.uid)
        assert soon(lambda: self.shop.status(order)[0] == "cancelled")
        return order

    def cancelled_at_the_till(self) -> Order:
        order = self.order("cash")
        self.till.cancels(order, "Tamu sudah pergi")
        assert soon(lambda: self.shop.status(order)[0] == "cancelled")
        return order

    def given_back_by_the_gateway(self, amount: int = 0) -> Order:
        order = self.paid_by_qris()
        self.till.gives_back(order, PINS["manager"], amount=str(amount) if amount else "")
        self.qris -= amount or order.total
        return order

    def given_back_from_the_drawer(self, amount: int = 0) -> Order:
        order = self.paid_in_cash()
        self.till.gives_back(order, PINS["manager"], amount=str(amount) if amount else "")
        self.drawer -= amount or order.cash_total
        return order

    def cook(self) -> None:
        """Both stations make what stands before them, and the counter carries it out."""
        for stove in self.stoves:
            stove.has_seen_what_was_stopped()
            stove.makes_everything()
        self.till.serves_everything()

    def rings_up_without_a_line(self) -> None:
        """The counter's line is cut while two guests pay; afterwards both stand there, once each."""
        self.till.goes_to_the_board()
        self.till.page.context.set_offline(True)
        orders = [self.order(), self.order()]
        for order in orders:
            self.program.simulator.pay(self._shows_a_qr(order).reference)
            self.qris += order.total
        assert soon(lambda: all(self.shop.status(order)[1] == "paid" for order in orders))
        self.till.page.context.set_offline(False)
        for order in orders:
            self.till.sees(order, "new")

    def prints_again_after_a_fault(self) -> None:
        """The kitchen's printer stands without power for two orders: the board says so, and nothing is lost or doubled."""
        self.printer.off()
        orders = [self.paid_by_qris(), self.paid_in_cash()]
        self.till.goes_to_the_board()
        expect(self.till.page.locator("#board")).to_contain_text("Printer Dapur", timeout=40_000)
        self.printer.on()
        for order in orders:
            assert soon(partial(self.has_one_slip, order), 40), order.label
        expect(self.till.page.locator("#board")).not_to_contain_text("Printer Dapur", timeout=40_000)

    def has_one_slip(self, order: Order) -> bool:
        return sum(order.label in slip.text.split() for slip in self.printer.paper.slips) == 1

    def is_refused_while_paused(self) -> None:
        self.till.pauses("Dapur penuh")
        body = {
            "table_token": self.shop.tables[0].token,
            "lines": [{"dish_id": self.shop.dishes["Es Teh"].id, "quantity": 1, "option_ids": []}],
            "payment_method": "qris",
        }
        answer = requests.post(
            f"{self.program.url}/api/v1/orders", json=body, headers={"Idempotency-Key": "paused-once"}, timeout=20
        )
        assert answer.status_code == 409, answer.text
        assert "Dapur penuh" in answer.text
        self.till.resumes()


@pytest.fixture
def patient() -> Iterator[None]:
    """Wait longer than a browser's five seconds: other tests run beside this one."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def day(browser: Browser, program: Program, patient: None) -> Iterator[Day]:
    with program.core.db.write() as session:
        for username, pin in PINS.items():
            session.execute(
                update(StaffMember).where(StaffMember.username == username).values(pin_hash=cheap_hash(pin))
            )
    kitchen, bar = open_two_stations(program.shop)
    with ExitStack() as screens:
        printer = screens.enter_context(open_printer())
        plan = PrinterPlan("Dapur", printer.address[0], printer.address[1], prints_kitchen=True)
        program.core.printers.add(program.shop.outlet.id, plan, CASHIER)
        stoves = [
            Stove(screens.enter_context(at_a_screen(browser, program, "dapur", f"/kitchen?station={station.id}")))
            for station in (kitchen, bar)
        ]
        till = Till(screens.enter_context(at_a_screen(browser, program, "kasir", "")), program)
        yield Day(program, browser, till, stoves, printer)


@pytest.mark.timeout(560)  # Some four hundred presses, each waited for.
def test_a_day_of_sixty_orders_ends_with_books_that_agree(day: Day) -> None:
    the_morning(day)
    morning = day.drawer
    day.till.counts_and_closes(morning)
    day.till.hands_over_to("manager", PINS["manager"])
    day.till.begins_with_what_was_counted()
    the_evening(day)
    day.till.counts_and_closes(day.drawer)

    assert len(orders_in(day.shop)) == 60
    all_books_agree(day, morning, day.drawer)


def the_morning(day: Day) -> None:
    with open_phone(day.browser, day.program.url) as phone:
        by_phone(day, phone)
    for _ in range(4):
        served = [day.paid_by_qris(), day.paid_in_cash(), day.typed_and_paid_in_cash()]
        day.expired()
        day.cancelled_by_the_guest()
        day.cook()
        assert [day.shop.status(order)[0] for order in served] == ["served"] * 3
    day.is_refused_while_paused()
    day.prints_again_after_a_fault()
    for _ in range(3):
        day.switched_to_cash()
        day.switched_to_qris()
        day.cancelled_at_the_till()
    day.cook()


def the_evening(day: Day) -> None:
    for _ in range(3):
        day.typed_and_paid_by_qris()
        day.paid_by_qris()
        day.paid_in_cash()
        day.cook()
    day.given_back_by_the_gateway()
    day.given_back_by_the_gateway(3_000)
    day.given_back_from_the_drawer()
    day.given_back_from_the_drawer(2_000)
    day.rings_up_without_a_line()
    while len(orders_in(day.shop)) < 60:
        day.paid_by_qris()
    day.cook()


def by_phone(day: Day, phone: Page) -> None:
    """One guest orders with a phone of their own, and pays by it."""
    opens_the_basket(phone, day.program.table_url())
    phone.locator("button[name=method][value=qris]").click()
    phone.wait_for_url("**/orders/*")
    order = order_on(phone, day.program)
    day.pays(order)
    expect(phone.locator("main")).to_contain_text(order.label)


def all_books_agree(day: Day, morning: int, evening: int) -> None:
    """Drawer, Z sheets, history, ledger and the gateway's own book say the same, to the rupiah."""
    core, outlet = day.program.core, day.shop.outlet.id
    sheets = [core.shifts.sheet(outlet, shift.id) for shift in core.shifts.past(outlet)]
    assert sorted((sheet.shift.counted, sheet.difference) for sheet in sheets) == sorted([(morning, 0), (evening, 0)])
    # What was counted at the end has been carried off; at the start change was brought.
    assert (day.shop.balance(Account.DRAWER), day.shop.balance(Account.OWNER)) == (0, evening - FLOAT)
    assert sum(sheet.cash - sheet.refunded for sheet in sheets) == evening - FLOAT
    assert sum(sheet.qris - sheet.qris_left for sheet in sheets) == day.qris

    assert day.shop.balance(Account.GATEWAY) == day.qris
    book = day.program.simulator.book()["transactions"]
    assert sum(row["settled"] - row["refunded"] for row in book) == day.qris

    came = payments_in_history(day.till.page)
    assert sum(came) == day.qris + evening - FLOAT + given_back(day)
    statuses = [order.status for order in orders_in(day.shop)]
    assert statuses.count(OrderStatus.EXPIRED) == 4
    assert statuses.count(OrderStatus.CANCELLED) >= 7
    assert OrderStatus.AWAITING_PAYMENT not in statuses


def payments_in_history(page: Page) -> list[int]:
    """Read what came, from the file that the history gives."""
    address = page.url.partition("/cashier")[0]
    answer = page.request.get(f"{address}/cashier/history/payments.csv")
    assert answer.ok
    rows = csv.DictReader(io.StringIO(answer.text().lstrip("\ufeff")))
    return [int(row["amount"]) for row in rows]


def given_back(day: Day) -> int:
    """What went back to guests, by the ledger."""
    with day.program.core.db.read() as session:
        accounts = (Account.DRAWER, Account.GATEWAY)
        left = select(Posting.amount).join(Entry, Entry.uid == Posting.entry_uid).where(Posting.account.in_(accounts))
        return -sum(session.scalars(left.where(Entry.kind == EntryKind.REFUND)))
