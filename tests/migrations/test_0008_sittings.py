"""The code before sittings goes on writing its rows, and what it wrote belongs to no party."""

from alembic import command
from sqlalchemy import select

from core.migrations import _config, is_current, upgrade
from core.orders.models import Order
from core.outlets.models import Outlet
from tests.migrations.test_0002_money_that_goes_back import OldShop


def test_old_orders_belong_to_no_party_and_nobody_is_asked_for_a_code(empty_url: str) -> None:
    command.upgrade(_config(empty_url), "0007")
    shop = OldShop(empty_url)
    shop.order(1, "served", "paid", "cash", total=10_000, cash_total=10_000, at_=None)

    upgrade(empty_url)
    # Still running while the new code starts: it names none of the new columns.
    shop.order(2, "served", "paid", "cash", total=10_000, cash_total=10_000, at_=None)

    assert is_current(empty_url)
    with shop.database.read() as session:
        assert {order.sitting_id for order in session.scalars(select(Order))} == {None}
        assert not any(outlet.asks_table_code for outlet in session.scalars(select(Outlet)))
    shop.database.close()
