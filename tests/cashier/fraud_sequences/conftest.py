"""A restaurant in which everybody has a browser of their own, on both databases."""

import pytest
from sqlalchemy import update

from core.staff.models import StaffMember
from tests.cashier.conftest import with_pins
from tests.cashier.fraud_sequences.report import OWNERS_PIN, House, browser_of
from tests.cheap_secrets import cheap_hash
from tests.shop import Shop


@pytest.fixture
def place(shop: Shop) -> House:
    """The cashier at the drawer, the manager and the owner each at a screen."""
    with_pins(shop)
    with shop.core.db.write() as session:
        owner = update(StaffMember).where(StaffMember.username == "owner")
        session.execute(owner.values(pin_hash=cheap_hash(OWNERS_PIN)))
    return House(shop, *(browser_of(shop, username) for username in ("kasir", "manager", "owner")))
