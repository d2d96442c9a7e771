"""The wallet of a test payment: it pays what waits, and says when it could not."""

import pytest

from core.gateways.simulator_wallet import SimulatorDidNotPay, pay_in_simulator
from tests.ports import free_port
from tests.running_simulator import Simulator
from tests.shop import SERVER_KEY


def test_what_waits_for_money_is_paid(simulator: Simulator) -> None:
    charge = {
        "payment_type": "qris",
        "transaction_details": {"order_id": "TEST-1-Q", "gross_amount": 1_000},
        "qris": {"acquirer": "gopay"},
    }
    simulator.http.post(f"{simulator.url}/v2/charge", json=charge, auth=(SERVER_KEY, ""), timeout=10)

    pay_in_simulator(simulator.url, "TEST-1-Q")

    assert simulator.status("TEST-1-Q")["transaction_status"] == "settlement"


def test_what_the_simulator_does_not_know_is_not_paid(simulator: Simulator) -> None:
    with pytest.raises(SimulatorDidNotPay):
        pay_in_simulator(simulator.url, "TEST-2-Q")


def test_where_no_simulator_answers_nothing_is_paid() -> None:
    with pytest.raises(SimulatorDidNotPay):
        pay_in_simulator(f"http://127.0.0.1:{free_port()}", "TEST-3-Q")
