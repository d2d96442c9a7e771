"""The line to PostgreSQL is cut while an order is being kept: the once-only key decides, and there is one order."""

import pytest
from sqlalchemy import func, select

from core.base.outcomes import OutcomeUnknown
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.services import open_services
from tests.base.tcp_line import wire_to
from tests.shop import Shop


@pytest.mark.parametrize("arrives", [True, False], ids=["the answer is lost", "the commit is lost"])
def test_who_orders_again_with_the_same_key_gets_one_order(shop: Shop, arrives: bool) -> None:
    if shop.core.db.is_sqlite:
        return  # A file has no line that could be cut.
    with wire_to(shop.core.settings.database_url) as wire:
        settings = shop.core.settings
        far = open_services(settings.model_copy(update={"database_url": wire.address_of(settings.database_url)}))

        def order() -> Order:
            table = shop.tables[0].token
            return far.checkout.place_picks(table, shop.picks("Es Teh"), key="once", pay_by=PaymentMethod.CASH)

        with far.db.read() as session:
            session.connection()
        wire.arrives, wire.cut_at = arrives, b"COMMIT\x00"
        with pytest.raises(OutcomeUnknown):
            order()
        again = order()
        far.close()

    with shop.core.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 1
    assert shop.status(again) == ("awaiting_payment", "pending")
