"""Pays in the Midtrans simulator, as a guest's wallet would: for a test payment, where no person pays."""

from core.gateways.bounded_session import BoundedSession


class SimulatorDidNotPay(Exception):
    """No simulator answered, or it would not let this payment be paid."""


def pay_in_simulator(core_url: str, reference: str) -> None:
    """Pay what waits for money under a gateway order id. Raises SimulatorDidNotPay."""
    session = BoundedSession()
    try:
        response = session.request("POST", f"{core_url}/simulator/transactions/{reference}/pay", json={})
    except OSError as error:
        raise SimulatorDidNotPay from error
    finally:
        session.close()
    if response.status_code != 200:
        raise SimulatorDidNotPay
