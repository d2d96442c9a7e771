"""Two managers take files in at the same moment: one file is one import, and neither overlooks what the other brought."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.events.record import Actor
from core.orders.models import Order
from core.services.settlement_files import TakenIn
from core.settlements.judging import Found, judge
from core.settlements.models import BreakKind, SettlementBreak, SettlementFile, SettlementLine
from tests.races.moments import Moment, rival_at
from tests.services.test_settlement_files import MANAGER, listed, paid
from tests.settlement_files import STRANGE, csv_file, payment
from tests.shop import Shop

OWNER = Actor("staff", 1, "Owner")
_LONG_ENOUGH = 0.5
"""In seconds: the second has come as far as the first lets it."""


def takes_in(shop: Shop, raw: bytes, by: Actor) -> TakenIn:
    return shop.core.settlement_files.take_in(shop.outlet.id, f"{by.name}.csv", raw, by)


def count(shop: Shop, table: type) -> int:
    with shop.core.db.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def found(shop: Shop) -> list[BreakKind]:
    with shop.core.db.read() as session:
        return list(session.scalars(select(SettlementBreak.kind).order_by(SettlementBreak.id)))


@contextmanager
def lingering(shop: Shop, begun: threading.Event) -> Iterator[None]:
    """Have the first who writes in the block hold everything back until the second has come as far as may be."""

    def linger(_: Session) -> None:
        if not begun.is_set():
            begun.set()
            time.sleep(_LONG_ENOUGH)

    shop.core.db.before_commit.append(linger)
    yield
    shop.core.db.before_commit.remove(linger)


def at_once(shop: Shop, first: Callable[[], TakenIn], second: Callable[[], TakenIn]) -> list[TakenIn]:
    """Let the second begin when the first has done everything but keep it."""
    begun = threading.Event()
    with lingering(shop, begun), ThreadPoolExecutor(2) as pool:
        one = pool.submit(first)
        assert begun.wait(10)
        other = pool.submit(second)
        return [one.result(), other.result()]


def test_the_same_file_from_two_managers_at_once_is_one_import(shop: Shop) -> None:
    raw = csv_file(listed(shop, paid(shop)), payment(STRANGE, 5_000, shop.clock()))

    taken = at_once(shop, lambda: takes_in(shop, raw, MANAGER), lambda: takes_in(shop, raw, OWNER))

    assert sorted(one.is_new for one in taken) == [False, True]
    assert len({one.uid for one in taken}) == 1
    assert [count(shop, table) for table in (SettlementFile, SettlementLine, SettlementBreak)] == [1, 2, 1]
    assert len(shop.cases()) == 1


def test_a_file_that_another_has_taken_in_while_it_was_read_is_one_import(shop: Shop) -> None:
    raw = csv_file(listed(shop, paid(shop)))

    with rival_at(shop.core.db, Moment("before", 1), lambda: takes_in(shop, raw, OWNER)):
        mine = takes_in(shop, raw, MANAGER)

    assert not mine.is_new
    assert count(shop, SettlementFile) == 1


def test_two_payouts_at_once_that_list_one_payment_do_not_overlook_each_other(shop: Shop) -> None:
    order = paid(shop)
    files = [csv_file(listed(shop, order, **{"Payout ID": payout})) for payout in ("P-1", "P-2")]

    at_once(shop, lambda: takes_in(shop, files[0], MANAGER), lambda: takes_in(shop, files[1], OWNER))

    assert found(shop) == [BreakKind.LISTED_TWICE]


def test_a_file_that_comes_in_while_another_is_judged_is_not_overlooked(shop: Shop) -> None:
    order = paid(shop)
    mine, other = (csv_file(listed(shop, order, **{"Payout ID": payout})) for payout in ("P-1", "P-2"))

    with rival_at(shop.core.db, Moment("before", 1), lambda: takes_in(shop, other, OWNER)):
        taken = takes_in(shop, mine, MANAGER)

    groups = shop.core.settlement_reports.report(shop.outlet.id, taken.uid).groups
    assert [group.kind for group in groups] == [BreakKind.LISTED_TWICE]


def test_money_that_comes_while_its_file_is_judged_is_not_said_to_be_missing(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    raw = csv_file(listed(shop, order))

    with rival_at(shop.core.db, Moment("before", 1), lambda: shop.wallet.pays(order)):
        taken = takes_in(shop, raw, MANAGER)

    assert shop.core.settlement_reports.report(shop.outlet.id, taken.uid).groups == []


def orders_at_each_look(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> list[Order]:
    """Have somebody order whenever a line is judged: whoever held everybody else back then would wait for himself."""
    taken: list[Order] = []

    def look(*about: Any) -> Sequence[Found]:
        taken.append(shop.order("Es Teh", charge=False))
        return judge(*about)

    monkeypatch.setattr("core.services.settlement_match.judge", look)
    return taken


def test_orders_are_taken_while_a_file_is_judged(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = csv_file(listed(shop, paid(shop)), payment(STRANGE, 5_000, shop.clock()))
    orders = orders_at_each_look(shop, monkeypatch)

    takes_in(shop, raw, MANAGER)

    assert len(orders) == 2


def test_orders_are_taken_while_what_is_still_open_is_judged_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    order = paid(shop)
    taken = takes_in(shop, csv_file(listed(shop, order, gross=order.total - 5)), MANAGER)
    raw = csv_file(payment("SHOP-1", 5_000, shop.clock()))
    orders = orders_at_each_look(shop, monkeypatch)

    takes_in(shop, raw, OWNER)
    shop.core.settlement_files.compare_again(shop.outlet.id, taken.uid, MANAGER)

    assert len(orders) == 2
    assert found(shop) == [BreakKind.WRONG_AMOUNT]


def test_many_at_once_make_one_import(shop: Shop) -> None:
    raw = csv_file(listed(shop, paid(shop)), payment(STRANGE, 5_000, shop.clock()))
    gate = threading.Barrier(4)

    def act() -> TakenIn:
        gate.wait(10)
        return takes_in(shop, raw, MANAGER)

    with ThreadPoolExecutor(4) as pool:
        taken = [each.result() for each in [pool.submit(act) for _ in range(4)]]

    assert sum(one.is_new for one in taken) == 1
    assert [count(shop, table) for table in (SettlementFile, SettlementBreak)] == [1, 1]


def test_a_break_that_is_closed_while_its_file_is_compared_stays_closed(shop: Shop) -> None:
    order = paid(shop)
    taken = takes_in(shop, csv_file(listed(shop, order, gross=order.total - 5)), MANAGER)
    files = shop.core.settlement_files

    def close() -> None:
        files.close(shop.outlet.id, taken.uid, BreakKind.WRONG_AMOUNT, "Promo", OWNER, chosen=None)

    with rival_at(shop.core.db, Moment("before", 1), close):
        files.compare_again(shop.outlet.id, taken.uid, MANAGER)

    report = shop.core.settlement_reports.report(shop.outlet.id, taken.uid)
    assert report.groups == []
    assert [view.row.reason for view in report.closed] == ["Promo"]
