"""The guest pays in the very moment in which the QR is being closed."""

from dataclasses import dataclass, replace

import pytest

from core.services.order_desk import Stage
from tests.passed_on import PassedOn
from tests.shop import Shop


@dataclass
class PaidBetween(PassedOn):
    """The gateway as it is, with a guest who pays between our look and our closing."""

    shop: Shop

    def cancel(self, reference: str) -> None:
        self.shop.simulator.pay(reference, notify=False)
        super().cancel(reference)


@pytest.mark.parametrize("wish", ["to_cash", "cancel"])
def test_a_payment_between_the_look_and_the_closing_wins(shop: Shop, wish: str) -> None:
    order = shop.order("Rendang")
    worker = shop.core.worker
    between = replace(
        worker,
        queue=replace(
            worker.queue,
            attempts=replace(worker.queue.attempts, gateway=PaidBetween(worker.queue.attempts.gateway, shop)),
        ),
    )
    getattr(shop.core.payments, wish)(order.uid)

    between.sweep_once()

    assert shop.status(order) == ("confirmed", "paid")
    assert shop.stage(order) is Stage.PAID
    assert str(shop.page(order).order.payment_method) == "qris"
    assert shop.portions("Rendang") == 2
