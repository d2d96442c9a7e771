"""What other programs may read: the views' columns stay, and their sums are the ledger's."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, text

from core.ledger.models import Account
from tests.services.test_refunds import MANAGER, ask
from tests.shop import CASHIER, Shop

COLUMNS = {
    "report_orders": "order_uid outlet_id outlet business_day order_number table_label status payment_status "
    "payment_method created_at paid_at done_at subtotal discount service tax total cash_total received returned",
    "report_payments": "entry_uid outlet_id business_day at kind method amount payment_reference transaction_id issuer "
    "acquirer gateway_paid_at order_uid order_number caused_by",
    "report_ledger": "line entry_uid outlet_id business_day at kind source source_id account debit credit "
    "payment_reference order_uid shift_id caused_by",
}


def rows(shop: Shop, sql: str, **values: Any) -> list[Any]:
    with shop.core.db.read() as session:
        return list(session.execute(text(sql), values).all())


@pytest.fixture
def day(shop: Shop) -> Shop:
    """A day on which every kind of money moved."""
    paid, refunded, taken_back, undone = (shop.order("Sate Ayam", table=n % 3) for n in range(4))
    for order in (paid, refunded, taken_back, undone):
        shop.wallet.pays(order, issuer="dana")
    ask(shop, refunded, 5_000)
    shop.simulator.call("POST", f"/simulator/transactions/{shop.attempt(taken_back).reference}/chargeback")
    shop.hears_of(shop.attempt(taken_back))
    shop.simulator.call("POST", f"/simulator/transactions/{shop.attempt(undone).reference}/deny", {"reversal": True})
    shop.hears_of(shop.attempt(undone), said="deny")
    cash = shop.order("Es Teh", pay_by="cash")
    shop.core.cash.take(cash.uid, 20_000, CASHIER)
    shop.core.kitchen.cancel(cash.uid, "salah", MANAGER, may_void=True)
    late = shop.order("Es Teh")
    shop.passes(timedelta(minutes=50))
    shop.gateway_works()
    shop.gateway_works()
    shop.wallet.pays(late, late=True)
    return shop


@pytest.mark.parametrize("view", sorted(COLUMNS))
def test_the_columns_of_a_view_stay(shop: Shop, view: str) -> None:
    found = [column["name"] for column in inspect(shop.core.db.engine).get_columns(view)]

    assert found == COLUMNS[view].split()


def test_the_payments_add_up_to_what_stands_at_the_gateway_and_in_the_drawer(day: Shop) -> None:
    sums = dict(rows(day, "SELECT method, SUM(amount) FROM report_payments GROUP BY method"))

    assert sums["qris"] == day.balance(Account.GATEWAY)
    assert sums["cash"] == day.balance(Account.DRAWER) - 200_000
    kinds = {kind for (kind,) in rows(day, "SELECT DISTINCT kind FROM report_payments")}
    assert kinds == {"settle", "cash", "refund", "chargeback", "reverse"}


def test_every_payment_names_its_order_and_its_wallet(day: Shop) -> None:
    assert rows(day, "SELECT 1 FROM report_payments WHERE order_uid IS NULL") == []
    assert rows(day, "SELECT 1 FROM report_payments WHERE method = 'qris' AND issuer IS NULL") == []


def test_the_orders_tell_what_they_received_and_returned(day: Shop) -> None:
    for uid, received, returned in rows(day, "SELECT order_uid, received, returned FROM report_orders"):
        refunded = rows(
            day,
            "SELECT COALESCE(SUM(CASE WHEN kind IN ('settle', 'cash', 'reverse') THEN amount ELSE 0 END), 0), "
            "-COALESCE(SUM(CASE WHEN kind IN ('refund', 'chargeback') THEN amount ELSE 0 END), 0) "
            "FROM report_payments WHERE order_uid = :uid",
            uid=uid,
        )[0]
        # Late money belongs to no order until a person gives it one.
        assert (received, returned) == tuple(refunded) or (received, returned) == (0, 0)


def test_debits_and_credits_are_equal_on_every_day_and_in_every_entry(day: Shop) -> None:
    for columns in ("business_day", "entry_uid"):
        unequal = f"SELECT {columns} FROM report_ledger GROUP BY {columns} HAVING SUM(debit) <> SUM(credit)"
        assert rows(day, unequal) == []
    ((debit, credit),) = rows(day, "SELECT SUM(debit), SUM(credit) FROM report_ledger")
    assert debit == credit > 0


def test_an_order_stands_in_its_report_once(day: Shop) -> None:
    ((orders, different),) = rows(day, "SELECT COUNT(*), COUNT(DISTINCT order_uid) FROM report_orders")

    assert orders == different == 6
