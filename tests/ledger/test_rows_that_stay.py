"""Rows that tell of money do not go away, and do not become about something else."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.base.database import Database
from core.migrations.guarded import KEPT
from tests.settlement_files import takes_a_settlement_in
from tests.shop import CASHIER, Shop


def refused(database: Database, statement: str) -> str:
    with pytest.raises(DBAPIError) as error, database.write() as session:
        session.execute(text(statement))
    return str(error.value)


@pytest.fixture
def evening(shop: Shop) -> Shop:
    """A shop in whose tables there is one of everything."""
    paid, cancelled = shop.order("Rendang"), shop.order("Sate Ayam")
    shop.wallet.pays(paid)
    shop.simulator.refund(shop.attempt(paid).reference, 1_000, "R1")
    shop.hears_of(shop.attempt(paid), said="partial_refund")
    late = shop.attempt(cancelled)
    shop.core.payments.cancel(cancelled.uid, by=CASHIER)
    shop.gateway_works()
    shop.wallet.pays(cancelled, attempt=late, late=True)
    takes_a_settlement_in(shop)
    return shop


@pytest.mark.parametrize("table", KEPT)
def test_what_tells_of_money_is_never_deleted(evening: Shop, table: str) -> None:
    assert "are kept" in refused(evening.core.db, f"DELETE FROM {table}")


@pytest.mark.parametrize("change", ["amount = amount + 1", "order_id = order_id + 1", "reference = 'K' || reference"])
def test_an_attempt_stays_about_the_same_money(evening: Shop, change: str) -> None:
    assert "keeps its" in refused(evening.core.db, f"UPDATE attempts SET {change}")


@pytest.mark.parametrize("reference", ["K2", "k01jzzzzzzzzzzzzzzzzzzzzzzzq", "K01JZZZZZZZZZZZZZZZZZZZZZZZ7", "X" * 28])
def test_a_gateway_order_id_of_another_shape_is_refused(evening: Shop, reference: str) -> None:
    columns = "outlet_id, order_id, amount, created_at, items, tries, charges_sent"
    statement = (
        f"INSERT INTO attempts (reference, state, {columns}) SELECT '{reference}', 'expired', {columns} FROM attempts"
    )
    assert "no reference of ours" in refused(evening.core.db, statement)


def test_no_refund_gives_back_more_than_came(evening: Shop) -> None:
    assert "more than the payment brought" in refused(evening.core.db, "UPDATE refunds SET amount = amount * 1000")
    columns = """payment, attempt_id, order_id, amount, reason, way, state, "by", seen_at, tries"""
    others = columns.replace(" amount,", " 1000000,")
    again = f"INSERT INTO refunds (refund_key, {columns}) SELECT 'R2', {others} FROM refunds"
    assert "more than the payment brought" in refused(evening.core.db, again)
