"""A shop that ran before there were hours is open as it was, and its orders go on."""

from collections.abc import Iterator

import pytest
from alembic import command
from pydantic import SecretStr
from sqlalchemy import text

from core.base.database import Database
from core.base.settings import Settings
from core.migrations import _config, is_current, upgrade
from core.services import open_services
from tests.migrations.test_0002_money_that_goes_back import AT, OldShop
from tests.shop import SERVER_KEY


@pytest.fixture
def old(empty_url: str) -> Iterator[OldShop]:
    command.upgrade(_config(empty_url), "0004")
    shop = OldShop(empty_url)
    shop.row("tables", id=1, outlet_id=1, label="1", token="old-token", position=1)
    shop.row("categories", id=1, outlet_id=1, name="Makanan", name_en="", position=0)
    shop.order(1, "confirmed", "paid", "cash", total=10_000, cash_total=10_000, at_=AT)
    yield shop
    shop.database.close()


def test_an_old_shop_is_always_open_and_its_order_has_no_promise(old: OldShop, empty_url: str) -> None:
    upgrade(empty_url)

    assert is_current(empty_url)
    core = open_services(Settings(_env_file=None, database_url=empty_url, midtrans_server_key=SecretStr(SERVER_KEY)))
    assert core.menu.place("old-token").moment.mark == ""
    order = core.orders.page("order-1").order
    assert (order.promised_at, order.ready_at) == (None, None)
    core.close()


def test_the_guards_of_the_orders_outlive_the_migration(old: OldShop, empty_url: str) -> None:
    upgrade(empty_url)

    database = Database(empty_url)
    with pytest.raises(Exception, match="kept"), database.write() as session:
        session.execute(text("DELETE FROM orders"))
    with pytest.raises(Exception, match="no such step"), database.write() as session:
        session.execute(text("UPDATE orders SET status = 'served' WHERE status = 'confirmed'"))
    database.close()
