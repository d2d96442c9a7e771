"""The code before settlement files goes on writing its rows, and old shops have no merchant class yet."""

from alembic import command
from sqlalchemy import select, text

from core.migrations import _config, is_current, upgrade
from core.outlets.models import Outlet
from tests.migrations.test_0002_money_that_goes_back import OldShop


def test_an_old_outlet_has_no_merchant_class_and_the_old_code_names_none(empty_url: str) -> None:
    command.upgrade(_config(empty_url), "0014")
    shop = OldShop(empty_url)

    upgrade(empty_url)
    # Still running while the new code starts.
    with shop.database.write() as session:
        session.execute(text("UPDATE outlets SET name = 'Warung Lama'"))

    assert is_current(empty_url)
    with shop.database.read() as session:
        assert [(one.name, one.merchant_class) for one in session.scalars(select(Outlet))] == [("Warung Lama", None)]
    shop.database.close()
