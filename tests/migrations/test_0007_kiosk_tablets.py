"""The code before the kiosk goes on writing its rows, and nothing it wrote is lost or unguarded."""

import pytest
from alembic import command
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.migrations import _config, is_current, upgrade
from core.orders.models import Order
from core.outlets.models import Table, TableKind
from core.outlets.serving import Serving
from tests.migrations.test_0002_money_that_goes_back import OldShop


def test_old_rows_and_rows_of_the_old_code_are_tables_and_orders_that_are_eaten_here(empty_url: str) -> None:
    command.upgrade(_config(empty_url), "0005")
    shop = OldShop(empty_url)
    shop.row("tables", id=1, outlet_id=1, label="1", token="t-1", position=1)
    shop.order(1, "served", "paid", "cash", total=10_000, cash_total=10_000, at_=None)

    upgrade(empty_url)
    # Still running while the new code starts: it names none of the new columns.
    shop.row("tables", id=2, outlet_id=1, label="2", token="t-2", position=2)
    shop.order(2, "served", "paid", "cash", total=10_000, cash_total=10_000, at_=None)

    assert is_current(empty_url)
    with shop.database.read() as session:
        assert {table.kind for table in session.scalars(select(Table))} == {TableKind.TABLE}
        assert {(order.serving, order.stand) for order in session.scalars(select(Order))} == {(Serving.DINE_IN, None)}
    shop.database.close()


def test_orders_are_still_kept_and_a_stand_has_a_number(empty_url: str) -> None:
    upgrade(empty_url)
    shop = OldShop(empty_url)
    shop.order(1, "served", "paid", "cash", total=10_000, cash_total=10_000, at_=None)

    for wrong in ("DELETE FROM orders", "UPDATE orders SET stand = 0", "UPDATE orders SET stand = 1000"):
        with pytest.raises(DBAPIError), shop.database.write() as session:
            session.execute(text(wrong))
    shop.database.close()
