"""The whole program, open over HTTP, while somebody sets the clock of its machine.

The program reads the wall clock in one place (`core/base/clock.py`; the linter refuses every other), so the jump is made
there, in a running server. libfaketime would move the same reading and, with it, the waiting of every thread, socket and
database driver below: what failed then would rarely be ours.
"""

from datetime import timedelta

import requests

from core.services.order_desk import Stage
from tests.clock.test_jumps import any_jump, jumps_back, jumps_on
from tests.running_program import Program
from tests.shop import CASHIER, Shop
from tests.web.patience import soon


@jumps_back
def test_a_payment_of_after_the_jump_is_known_in_a_moment(program: Program, jump: timedelta) -> None:
    shop = program.shop
    order = shop.order("Sate Ayam", charge=False)
    assert soon(lambda: shop.stage(order) is Stage.QR)

    shop.clock.added += jump
    shop.simulator.pay(shop.attempt(order).reference)

    assert soon(lambda: shop.status(order) == ("confirmed", "paid"))
    page = requests.get(f"{program.url}/orders/{order.uid}", timeout=10)
    assert page.ok


@any_jump
def test_the_counter_stays_open(program: Program, jump: timedelta) -> None:
    shop = program.shop
    shop.clock.added += jump

    order = shop.order("Es Teh", pay_by="cash", charge=False)
    assert requests.get(f"{program.url}/orders/{order.uid}", timeout=10).ok
    shop.core.cash.take(order.uid, 10_000, CASHIER)

    assert shop.status(order) == ("confirmed", "paid")
    assert requests.get(f"{program.url}/healthz", timeout=10).ok
    assert requests.get(program.table_url(), timeout=10).ok


@jumps_back
def test_the_worker_itself_looks_again_though_the_clock_was_set_back(shop: Shop, jump: timedelta) -> None:
    order = shop.order("Sate Ayam")
    shop.clock.added += jump
    shop.simulator.pay(shop.attempt(order).reference, notify=False)

    try:
        shop.core.worker._make_rounds()
        shop.gateway_works()
        assert shop.status(order) == ("confirmed", "paid")
    finally:
        # However it ends: the books are compared with the gateway's afterwards.
        shop.hears_of(shop.attempt(order))


@jumps_on
def test_a_qr_that_the_gateway_still_holds_is_left_alone(shop: Shop, jump: timedelta) -> None:
    order = shop.order("Sate Ayam")
    shop.core.worker._make_rounds()
    shop.clock.added += jump

    shop.gateway_works()

    assert shop.attempt(order).state == "live"
    assert shop.simulator.status(shop.attempt(order).reference)["transaction_status"] == "pending"
    shop.wallet.pays(order)
    assert shop.status(order) == ("confirmed", "paid")


@jumps_back
def test_a_slow_clock_still_gets_a_qr_that_can_be_paid(shop: Shop, jump: timedelta) -> None:
    shop.clock.added += jump

    order = shop.order("Sate Ayam")

    assert shop.stage(order) is Stage.QR
