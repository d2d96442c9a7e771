"""Staff before their screens, in a whole restaurant."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy import update
from starlette.testclient import TestClient

from core.orders.models import Order
from core.staff.models import StaffMember
from main import create_app
from tests.cheap_secrets import cheap_hash
from tests.running_simulator import Simulator
from tests.shop import Shop, open_shop

HERE = "http://127.0.0.1"
PASSWORD = "nasi-goreng-1"
MANAGERS_PIN = "135790"
CASHIERS_PIN = "246810"


@dataclass(frozen=True, slots=True)
class Counter:
    """A browser behind the counter. It does not follow redirects by itself."""

    browser: TestClient
    shop: Shop

    def signs_in(self, username: str, password: str = PASSWORD, onward: str = "") -> Response:
        return self.browser.post("/cashier/login", data={"username": username, "password": password, "next": onward})

    def opens(self, path: str = "/cashier") -> Response:
        return self.browser.get(path)

    def does(self, order: Order, step: str, **fields: str) -> Response:
        return self.browser.post(f"/cashier/orders/{order.uid}/{step}", data=fields)

    def sees(self, path: str = "/cashier/board") -> str:
        answer = self.opens(path)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def reads(self, path: str = "/cashier/board") -> list[str]:
        """The words of a page: the random address of an order may well hold another order's label."""
        return re.sub(r"<[^>]*>", " ", self.sees(path)).split()

    def lane(self, name: str) -> str:
        """The part of the board that is one column."""
        found = re.search(rf'id="lane-{name}".*?</section>', self.sees(), re.DOTALL)
        assert found is not None, name
        return found[0]

    def after(self, answer: Response) -> str:
        """The page that a finished form leads to."""
        assert answer.status_code == 303, answer.text
        return self.sees(answer.headers["location"])


def with_pins(shop: Shop) -> Shop:
    """Give everybody the password, and manager and cashier a PIN each; the cashier's allows nothing."""
    pins = {"manager": cheap_hash(MANAGERS_PIN), "kasir": cheap_hash(CASHIERS_PIN)}
    with shop.core.db.write() as session:
        session.execute(update(StaffMember).values(password_hash=cheap_hash(PASSWORD)))
        for username, pin in pins.items():
            session.execute(update(StaffMember).where(StaffMember.username == username).values(pin_hash=pin))
    return shop


@pytest.fixture
def house(migrated_sqlite: Path, tmp_path: Path, simulator: Simulator) -> Iterator[Shop]:
    """A restaurant on SQLite: the screens are the same on both databases."""
    path = tmp_path / "meja.db"
    shutil.copy(migrated_sqlite, path)
    shop = open_shop(f"sqlite:///{path}", simulator)
    with shop.core.db.write() as session:
        session.execute(update(StaffMember).values(password_hash=cheap_hash(PASSWORD)))
    yield shop
    try:
        shop.check_books()
    finally:
        shop.core.close()


@pytest.fixture
def counter(house: Shop) -> Counter:
    """The counter before anybody has signed in. The gateway's worker acts only when a test tells it to."""
    return Counter(_browser(house), house)


@pytest.fixture
def running(house: Shop) -> Iterator[Counter]:
    """The counter of a program that is fully started, with its sockets."""
    # Sockets of the test client always name this host.
    with _browser(house, here="http://testserver") as browser:
        yield Counter(browser, house)


def _browser(house: Shop, here: str = HERE) -> TestClient:
    app = create_app(core=house.core)
    return TestClient(app, base_url=here, follow_redirects=False, client=("127.0.0.1", 4711))


@pytest.fixture
def cashier(counter: Counter) -> Counter:
    counter.signs_in("kasir")
    return counter


@pytest.fixture
def manager(counter: Counter) -> Counter:
    counter.signs_in("manager")
    return counter


@pytest.fixture
def cook(counter: Counter) -> Counter:
    counter.signs_in("dapur")
    return counter
