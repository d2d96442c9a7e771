"""A diner's phone in a whole restaurant."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import update
from starlette.testclient import TestClient

from core.base.settings import Settings
from core.orders.models import Order
from core.outlets.models import Table
from core.services import open_services
from core.services.seed import seed_demo
from main import create_app
from tests.running_simulator import Simulator
from tests.shop import Shop, open_shop

HERE = "http://127.0.0.1"


@dataclass(frozen=True, slots=True)
class Diner:
    """Somebody at table 1, with a browser that follows where it is sent."""

    browser: TestClient
    shop: Shop

    @property
    def table(self) -> str:
        return f"/t/{self.shop.tables[0].token}"

    def opens(self, path: str = "", **headers: str) -> Response:
        return self.browser.get(path or self.table, headers=headers)

    def adds(self, name: str, quantity: int = 1, **fields: Any) -> Response:
        form = {"dish_id": str(self.shop.dishes[name].id), "quantity": str(quantity), **fields}
        return self.browser.post(f"{self.table}/basket", data=form)

    def pays_by(self, method: str, *, page: str | None = None, **changed: str) -> Response:
        """Press one of the two tiles on the basket's page."""
        page = page or self.opens(f"{self.table}/basket").text
        form = {"key": hidden(page, "key"), "expected_total": hidden(page, "expected_total"), "method": method}
        return self.browser.post(f"{self.table}/orders", data=form | changed)

    def does(self, what: str) -> Response:
        return self.browser.post(what)

    def order_at(self, answer: Response) -> Order:
        uid = re.search(r"/orders/([\w-]{22})", str(answer.url))
        assert uid is not None, answer.url
        return self.shop.core.orders.page(uid[1]).order


def hidden(page: str, name: str) -> str:
    """Read a hidden field of a page's form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, f"no field {name}"
    return found[1]


@pytest.fixture
def house(migrated_sqlite: Path, tmp_path: Path, simulator: Simulator) -> Iterator[Shop]:
    """A restaurant on SQLite: the pages are the same on both databases."""
    path = tmp_path / "meja.db"
    shutil.copy(migrated_sqlite, path)
    shop = open_shop(f"sqlite:///{path}", simulator)
    yield shop
    shop.core.close()


@pytest.fixture
def diner(house: Shop) -> Diner:
    """A diner in a house where nothing happens by itself: the gateway works when the test says so."""
    return Diner(TestClient(create_app(core=house.core), base_url=HERE, client=("127.0.0.1", 4711)), house)


@pytest.fixture
def live_diner(house: Shop) -> Iterator[Diner]:
    """A diner in a house with its worker at work and its sockets open."""
    with TestClient(create_app(core=house.core), base_url=HERE, client=("127.0.0.1", 4711)) as browser:
        yield Diner(browser, house)


@pytest.fixture
def neighbour(diner: Diner) -> Diner:
    """Somebody else at the same table, with a phone of their own."""
    return Diner(TestClient(diner.browser.app, base_url=HERE, client=("127.0.0.1", 4712)), diner.shop)


@pytest.fixture
def demo(migrated_sqlite: Path, tmp_path: Path) -> Iterator[TestClient]:
    """A browser in the demo restaurant, with its whole menu."""
    path = tmp_path / "demo.db"
    shutil.copy(migrated_sqlite, path)
    core = open_services(Settings(_env_file=None, database_url=f"sqlite:///{path}"))
    seed_demo(core.db, core.clock)
    with core.db.write() as session:
        session.execute(update(Table).where(Table.label == "1").values(token="the-token-of-a-table"))
    yield TestClient(create_app(core=core), base_url=HERE, client=("127.0.0.1", 4711))
    core.close()
