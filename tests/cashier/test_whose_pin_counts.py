"""A PIN lets money go when it is that of somebody who works here, now, and may."""

import pytest
from sqlalchemy import select

from core.outlets.models import Outlet
from core.staff.models import Role, StaffMember
from tests.cashier.conftest import MANAGERS_PIN, Counter, with_pins
from tests.cashier.test_refunds import paid, refund
from tests.cheap_secrets import cheap_hash
from tests.shop import Shop

STRANGERS_PIN = "975311"


@pytest.fixture
def house(shop: Shop) -> Shop:
    """Everything here moves money: on both databases."""
    return with_pins(shop)


def test_the_pin_of_another_outlets_manager_allows_nothing_here(cashier: Counter) -> None:
    with cashier.shop.core.db.write() as session:
        other = Outlet(name="Cabang", service_rate=0, tax_rate=0, merchant_name="CABANG", cash_coin=100)
        session.add(other)
        session.flush()
        person = {"username": "tetangga", "name": "Tetangga", "role": Role.MANAGER, "password_hash": "-"}
        session.add(StaffMember(outlet_id=other.id, pin_hash=cheap_hash(STRANGERS_PIN), **person))
    order = paid(cashier)

    answer = refund(cashier, order, 5_000, pin=STRANGERS_PIN)

    assert answer.status_code == 403
    assert cashier.shop.status(order) == ("confirmed", "paid")


def test_the_pin_of_a_manager_who_was_let_go_allows_nothing_any_more(cashier: Counter) -> None:
    with cashier.shop.core.db.write() as session:
        session.scalars(select(StaffMember).where(StaffMember.username == "manager")).one().is_active = False
    order = paid(cashier)

    answer = refund(cashier, order, 5_000, pin=MANAGERS_PIN)

    assert answer.status_code == 403
    assert cashier.shop.status(order) == ("confirmed", "paid")
