"""A shop without a public address: no notification ever arrives, and every payment is found all the same."""

import time
from collections.abc import Callable, Iterator

import pytest
import requests

from core.orders.models import Order
from tests.running_program import Program, running_program
from tests.running_simulator import Simulator

pytestmark = [pytest.mark.serial, pytest.mark.timeout(150)]


@pytest.fixture
def secluded(database_url: str, simulator: Simulator) -> Iterator[Program]:
    with running_program(database_url, simulator, notify=False) as program:
        yield program
        program.shop.check_books()


def order_with_a_qr(program: Program) -> Order:
    order = program.shop.order("Sate Ayam", charge=False)
    until(10, lambda: program.shop.stage(order) == "qr")
    return order


def until(seconds: float, holds: Callable[[], bool]) -> float:
    """Wait until something holds; gives how long it took, and fails when it takes longer than allowed."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.2)
    return time.monotonic() - began


def test_a_payment_page_that_is_open_turns_paid_within_fifteen_seconds(secluded: Program) -> None:
    order = order_with_a_qr(secluded)
    secluded.simulator.pay(secluded.shop.attempt(order).reference)

    def page_shows_paid() -> bool:
        page = requests.get(f"{secluded.url}/orders/{order.uid}", timeout=5).text
        time.sleep(5)  # as often as a page without JavaScript reloads itself
        return "LUNAS" in page

    until(15, page_shows_paid)


def test_a_payment_page_that_was_closed_turns_paid_within_ninety_seconds(secluded: Program) -> None:
    order = order_with_a_qr(secluded)

    secluded.simulator.pay(secluded.shop.attempt(order).reference)

    until(90, lambda: secluded.shop.status(order) == ("confirmed", "paid"))
