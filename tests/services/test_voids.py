"""A paid order that is cancelled was never sold."""

from core.ledger.models import Account
from tests.services.test_refunds import MANAGER, paid
from tests.shop import Shop


def test_a_voided_order_has_earned_nothing(shop: Shop) -> None:
    order = paid(shop)

    shop.core.kitchen.cancel(order.uid, "Habis", MANAGER, may_void=True)

    earned = {account: shop.balance(account) for account in (Account.SALES, Account.SERVICE, Account.TAX)}
    assert set(earned.values()) == {0}
    assert shop.balance(Account.UNAPPLIED) == -order.total
