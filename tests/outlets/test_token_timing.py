"""How long a wrong token takes tells nothing of how much of it is right."""

import statistics
import time
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from core.base.ids import new_uid
from core.orders.errors import UnknownOrder
from core.orders.queries import order_by_uid
from core.outlets.errors import UnknownTable
from core.outlets.queries import table_by_token
from tests.shop import Shop

PAIRS = 600


def ask(session: Session, find: Callable[[Session, str], object], key: str) -> float:
    began = time.perf_counter()
    with pytest.raises((UnknownTable, UnknownOrder)):
        find(session, key)
    return time.perf_counter() - began


def nearly(key: str) -> str:
    """All of a key but its last character."""
    return key[:-1] + ("A" if key[-1] != "A" else "B")


@pytest.mark.serial
@pytest.mark.parametrize("what", ["table", "order"])
def test_a_token_that_is_nearly_right_takes_as_long_as_any_other(shop: Shop, what: str) -> None:
    order = shop.order("Es Teh", pay_by="cash")
    right, find = (shop.tables[0].token, table_by_token) if what == "table" else (order.uid, order_by_uid)
    with shop.core.db.read() as session:
        # One after the other, so that whatever else the machine does falls on both.
        pairs = [(ask(session, find, nearly(right)), ask(session, find, new_uid())) for _ in range(PAIRS)]

    near, far = (statistics.median(each) for each in zip(*pairs, strict=True))

    assert near == pytest.approx(far, rel=0.2)
