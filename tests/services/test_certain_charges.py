"""A charge is made again only when the gateway says that it never had the first one."""

from datetime import timedelta

import pytest

from core.services.order_desk import Stage
from tests.shop import Shop


def keeps_trying(shop: Shop, turns: int) -> None:
    for _ in range(turns):
        shop.clock.added += timedelta(seconds=70)
        shop.gateway_works()


@pytest.mark.parametrize("silence", ["http_503", "drop_answer", "html", "body_500", "wrong_order"])
def test_while_nobody_can_say_whether_a_charge_arrived_there_is_no_second_one(shop: Shop, silence: str) -> None:
    shop.simulator.misbehave(
        {"call": "charge", "kind": "drop_answer", "count": 1}, {"call": "status", "kind": silence, "count": 3}
    )
    order = shop.order("Sate Ayam")
    reference = shop.attempt(order).reference

    keeps_trying(shop, 3)
    assert shop.attempt(order).state == "unknown"
    assert shop.simulator.charges_of(reference) == 1

    keeps_trying(shop, 1)
    assert shop.stage(order) is Stage.QR
    assert shop.simulator.charges_of(reference) == 1
