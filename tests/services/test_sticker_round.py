"""Which sticker is ours, and which table nobody orders from, on both databases."""

from datetime import datetime, timedelta

import pytest

from core.orders.models import CallFor
from core.orders.silent_tables import BUSY, LOOKED_AT
from core.outlets.models import Outlet, Table
from core.services.sticker_round import Verdict
from core.services.table_desk import TableDesk
from tests.shop import CASHIER, Shop

BASE = "http://127.0.0.1:8000"
PAYMENT = "00020101021126570011ID.DANA.WWW011893600915302259148102090225914810303UMI5204581253033605802ID"


def verdict(shop: Shop, said: str) -> str:
    return str(shop.core.stickers.check(shop.outlet.id, said, CASHIER).verdict)


def seen_at(shop: Shop, table: Table) -> datetime:
    with shop.core.db.read() as session:
        seen = session.get_one(Table, table.id).sticker_seen_at
    assert seen is not None
    return seen


def is_unseen(shop: Shop, table: Table) -> bool:
    with shop.core.db.read() as session:
        return session.get_one(Table, table.id).sticker_seen_at is None


def silent(shop: Shop) -> list[str]:
    view = shop.core.stickers.tables(shop.outlet.id)
    shown = [one.table.label for one in shop.core.floor.floor(shop.outlet.id).tables if one.is_silent]
    assert shown == [table.label for table in view.tables if table.id in view.silent]
    return shown


@pytest.mark.parametrize(
    "said", [BASE + "/t/{token}", BASE + "/t/{token}/", "HTTP://127.0.0.1:8000/t/{token}?from=sticker"]
)
def test_our_own_sticker_is_ours_and_its_table_remembers(shop: Shop, said: str) -> None:
    table, began = shop.tables[1], shop.clock()
    checked = shop.core.stickers.check(shop.outlet.id, said.format(token=table.token), CASHIER)

    assert checked.verdict is Verdict.OURS
    assert checked.table is not None
    assert checked.table.label == table.label
    assert began <= seen_at(shop, table) <= shop.clock()


@pytest.mark.parametrize(
    "said",
    [
        "https://evil.example/t/{token}",
        "http://127.0.0.1:8000@evil.example/t/{token}",
        "http://127.0.0.1:8001/t/{token}",
        "http://somebody@127.0.0.1:8000/t/{token}",
        "http://127.0.0.1\u200b:8000/t/{token}",
        "http://127.0.0.1:8000/orders/{token}",
        "http://127.0.0.1:99999/t/{token}",
        "javascript:alert(1)//127.0.0.1:8000/t/{token}",
        "WIFI:T:WPA;S=meja;;",
        "{token}",
    ],
)
def test_what_leads_elsewhere_is_not_ours_however_it_looks(shop: Shop, said: str) -> None:
    table = shop.tables[0]
    assert verdict(shop, said.format(token=table.token)) == "foreign"
    assert is_unseen(shop, table)


def test_a_payment_qr_on_a_table_is_none_of_ours(shop: Shop) -> None:
    assert verdict(shop, PAYMENT) == "payment"


def test_a_sticker_that_was_replaced_is_old(shop: Shop) -> None:
    table = shop.tables[0]
    TableDesk(shop.core.db, shop.clock).rotate([table.label])
    assert verdict(shop, f"{BASE}/t/{table.token}") == "old"


def test_another_outlets_sticker_is_as_good_as_an_old_one(shop: Shop) -> None:
    with shop.core.db.write() as session:
        session.add(other := Outlet(name="Cabang", zone=shop.outlet.zone))
        session.flush()
        session.add(theirs := Table(outlet_id=other.id, label="1"))
    assert verdict(shop, f"{BASE}/t/{theirs.token}") == "old"
    assert is_unseen(shop, theirs)


def test_a_table_that_nobody_orders_from_while_the_others_are_busy_is_shown(shop: Shop) -> None:
    quiet, *others = shop.tables
    for party in range(BUSY):
        assert silent(shop) == []
        for table in others:
            shop.core.parties.call(table.token, f"phone-{party}-{table.id}", CallFor.HELP)
            sitting = shop.core.parties.party(table.token, None).sitting
            assert sitting is not None
            shop.core.floor.end(shop.outlet.id, sitting.uid, CASHIER)
        # Staff who seat somebody have scanned nothing.
        shop.core.floor.open_table(shop.outlet.id, quiet.label, CASHIER)

    assert silent(shop) == [quiet.label]
    verdict(shop, f"{BASE}/t/{quiet.token}")
    assert silent(shop) == []


def test_a_house_in_which_nobody_orders_has_no_silent_table(shop: Shop) -> None:
    for party in range(BUSY):
        shop.core.parties.call(shop.tables[1].token, f"phone-{party}", CallFor.HELP)
    shop.passes(LOOKED_AT + timedelta(minutes=1))
    assert silent(shop) == []
