"""The demo restaurant, open on ports of its own in a fresh folder, and the hands that bring a state about in it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from pydantic import SecretStr
from sqlalchemy import select, update

from core.base.settings import Settings
from core.menu.models import Dish
from core.menu.quote import Pick
from core.migrations import upgrade
from core.orders.models import CallFor, Order, Sitting
from core.orders.status import PaymentMethod
from core.outlets.hours import Span
from core.outlets.models import Outlet, Table
from core.payments.models import Attempt
from core.services import open_services
from core.services.seed import seed_demo
from core.web.cookies import Cookies, new_guest
from main import create_app
from tests.ports import free_port
from tests.running_simulator import Simulator, running_app, running_simulator
from tests.shop import Shop, TestClock
from tests.web.patience import soon

DINNER = ("Sate ayam Madura", "Es cendol")
_KEY = "a-key-that-only-pictures-know-0123456789"


@dataclass(slots=True)
class House:
    """The demo, and what can be done in it."""

    url: str
    shop: Shop
    cookies: Cookies
    faults: list[dict[str, Any]] = field(default_factory=list)

    @property
    def table(self) -> str:
        return f"/t/{self.shop.tables[6].token}"

    def order(self, *names: str, pay_by: str = "qris", name: str = "", note: str = "") -> Order:
        """Order by name at table 7. Nothing is waited for."""
        picks = [
            Pick(pick.dish_id, 1, pick.option_ids, note if not place else "")
            for place, pick in enumerate(self.shop.picks(*(names or DINNER)))
        ]
        return self.shop.core.checkout.place_picks(
            self.table.removeprefix("/t/"),
            picks,
            key=secrets.token_hex(8),
            pay_by=PaymentMethod(pay_by),
            customer_name=name,
        )

    def calls(self, wanted: str) -> None:
        """Have somebody called to table 7, whenever staff last were there."""
        with self.shop.core.db.write() as session:
            session.execute(update(Sitting).values(answered_at=None))
        self.shop.core.parties.call(self.table.removeprefix("/t/"), new_guest(), CallFor(wanted))

    def with_codes(self, page: Page) -> None:
        """Look at a page while phones must name their table's code, until it is closed."""
        self._asks_for_codes(asks=True)
        page.on("close", lambda _: self._asks_for_codes(asks=False))
        page.reload()

    def _asks_for_codes(self, *, asks: bool) -> None:
        with self.shop.core.db.write() as session:
            session.execute(update(Outlet).values(asks_table_code=asks))

    def stops_orders(self, page: Page) -> None:
        """Look at a page while the kitchen is full, until the page is closed."""
        self.shop.core.house.pause("Dapur penuh", 25)
        page.on("close", lambda _: self.shop.core.house.resume())
        page.reload()

    def closes(self, page: Page) -> None:
        """Look at a page while the house is closed until tomorrow, until the page is closed."""
        desk = self.shop.core.house
        spans = desk.opening().spans
        desk.set_hours([Span((self.shop.clock().weekday() + 2) % 7, 10 * 60, 22 * 60)])
        page.on("close", lambda _: desk.set_hours(spans))
        page.reload()

    def shared_basket(self, *picks: Pick) -> tuple[str, str]:
        """Give a guest who shares the table's basket with another phone, as the name and value of a cookie."""
        token, guests = self.table.removeprefix("/t/"), (new_guest(), new_guest())
        for guest, pick in zip(guests, picks, strict=True):
            self.shop.core.baskets.add(token, guest, pick)
            self.shop.core.parties.share(token, guest, shares=True)
        return "meja_guest", self.cookies.seal_guest(guests[0])

    def live(self, *names: str, **how: str) -> Order:
        """Order, and wait for the QR."""
        order = self.order(*names, **how)
        self.waits_for(order, "live")
        return order

    def paid(self, *names: str, **how: str) -> Order:
        """Order and pay."""
        order = self.live(*names, **how)
        self.shop.simulator.pay(self.shop.attempt(order).reference, issuer="gopay")
        self.until(lambda: self.shop.status(order)[1] == "paid")
        return order

    def expired(self, *names: str) -> Order:
        """Order, and let the QR run out at the gateway."""
        order = self.live(*names)
        self.shop.simulator.expire(self.shop.attempt(order).reference)
        self.waits_for(order, "expired")
        return order

    def with_time_left(self, order: Order, span: timedelta) -> Order:
        """Let a QR have so much time left. Its row is turned: a picture cannot wait a quarter of an hour."""
        with self.shop.core.db.write() as session:
            mine = update(Attempt).where(Attempt.order_id == order.id)
            ends = self.shop.clock() + span
            session.execute(mine.values(created_at=ends - timedelta(minutes=15), expires_at=ends))
        return order

    def misbehaves(self, order: Order, call: str) -> None:
        """Let the gateway be silent, from now on, about one order."""
        reference = self.shop.attempt(order).reference
        self.faults.append({"call": call, "kind": "http_503", "order_id": reference})
        self.shop.simulator.misbehave(*self.faults)

    def is_well_again(self) -> None:
        """Let the gateway speak of every order: too many silences of the last state would close it to the next one."""
        self.faults.clear()
        self.shop.simulator.behave()

    def misbehaves_at_the_next(self, kind: str, *names: str) -> Order:
        """Order while the gateway refuses or fails every charge, and go on failing about that one alone."""
        self.shop.simulator.misbehave({"call": "charge", "kind": kind}, *self.faults)
        order = self.order(*names)
        self.until(lambda: self.shop.attempt(order).tries > 0 or not self.shop.attempt(order).is_open)
        self.misbehaves(order, "*")
        return order

    def guest_with(self, *picks: Pick) -> tuple[str, str]:
        """Give a guest whose basket holds these, as the name and value of a cookie."""
        guest = new_guest()
        for pick in picks:
            self.shop.core.baskets.add(self.table.removeprefix("/t/"), guest, pick)
        return "meja_guest", self.cookies.seal_guest(guest)

    def waits_for(self, order: Order, state: str) -> None:
        self.until(lambda: str(self.shop.attempt(order).state) == state)

    def until(self, happened: Any) -> None:
        # After a row of silences the gateway is left alone for ten seconds.
        assert soon(happened, 20), "a state did not come about in time"


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    """Open the demo in an empty folder, with a simulator beside it, until the block ends."""
    database = f"sqlite:///{folder / 'meja.db'}"
    upgrade(database)
    address = f"http://127.0.0.1:{(port := free_port())}"
    with running_simulator() as simulator:
        settings = Settings(
            _env_file=None,
            database_url=database,
            data_dir=folder,
            base_url=address,
            secret_key=SecretStr(_KEY),
            midtrans_core_url=simulator.url,
            midtrans_snap_url=f"{simulator.url}/snap/v1",
        )
        clock = TestClock()
        core = open_services(settings, clock=clock)
        seed_demo(core.db, clock)
        shop = _furnished(Shop(core, simulator, clock))
        simulator.notify(f"{address}/api/v1/webhooks/midtrans")
        app = create_app(core=core)
        with running_app(app, port):
            yield House(address, shop, app.state.cookies)
        _forget(simulator)


def _furnished(shop: Shop) -> Shop:
    with shop.core.db.read() as session:
        shop.outlet = session.scalars(select(Outlet)).one()
        shop.tables = list(session.scalars(select(Table).order_by(Table.position)))
    menu = shop.core.menu.menu(shop.tables[0].token)
    shop.dishes = {dish.name: dish for category in menu.categories for dish in category.dishes}
    return shop


def _forget(simulator: Simulator) -> None:
    simulator.behave()
    simulator.notify(None)


def dish_that_asks(house: House) -> Dish:
    """Find a dish with a question that must be answered."""
    return next(
        dish
        for dish in house.shop.dishes.values()
        if dish.is_available and any(group.min_choices for group in dish.option_groups)
    )
