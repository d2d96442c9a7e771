"""A house from before stations has one kitchen, and the code before them goes on writing its rows."""

from datetime import UTC, datetime

from alembic import command
from sqlalchemy import select

from core.base.settings import Settings
from core.events.record import SYSTEM
from core.migrations import _config, is_current, upgrade
from core.orders.models import Order, OrderLine
from core.orders.stations import lines_by_station
from core.services import open_services
from tests.migrations.test_0002_money_that_goes_back import OldShop
from tests.shop import SERVER_KEY


def _line(shop: OldShop, order: int) -> None:
    shop.row(
        "order_lines", order_id=order, position=1, dish_id=1, name="Es Teh", name_en="", quantity=1, unit_price=10_000,
        amount=10_000, tax=0, options="[]", note="",
    )  # fmt: skip


def test_old_orders_are_made_in_the_one_kitchen_and_can_be_finished_there(empty_url: str) -> None:
    command.upgrade(_config(empty_url), "0014")
    shop = OldShop(empty_url)
    shop.row("categories", id=1, outlet_id=1, name="Minuman", name_en="", position=0)
    shop.row(
        "dishes", id=1, outlet_id=1, category_id=1, name="Es Teh", name_en="", description="", description_en="",
        price=10_000, picture="", labels="[]", is_taxed=True, is_listed=True, is_sold_out=False, position=0,
    )  # fmt: skip
    for number, status in ((1, "confirmed"), (2, "preparing")):
        shop.order(number, status, "paid", "cash", total=10_000, cash_total=10_000, at_=datetime.now(UTC))
        _line(shop, number)

    upgrade(empty_url)
    # Still running while the new code starts: it names none of the new columns.
    shop.order(3, "preparing", "paid", "cash", total=10_000, cash_total=10_000, at_=datetime.now(UTC))
    _line(shop, 3)

    assert is_current(empty_url)
    with shop.database.read() as session:
        assert {line.station_id for line in session.scalars(select(OrderLine))} == {None}
        parts = [lines_by_station(session, order) for order in session.scalars(select(Order))]
        assert [[(part.station, len(part.lines)) for part in order] for order in parts] == [[(None, 1)]] * 3
    shop.database.close()
    settings = Settings(_env_file=None, database_url=empty_url, midtrans_core_url="http://127.0.0.1:9")
    assert settings.midtrans_server_key.get_secret_value() == SERVER_KEY
    core = open_services(settings)
    try:
        stages = [(card.order.id, str(card.stage)) for card in core.kitchen_display.view(1, None).cards]
        assert stages == [(1, "new"), (2, "cooking"), (3, "cooking")]
        core.kitchen.ready("order-2", SYSTEM)
        assert [card.order.id for card in core.kitchen_display.view(1, None).cards] == [1, 3]
    finally:
        core.close()
