"""The round past the tables' stickers."""

from collections.abc import Callable
from typing import Final

from playwright.sync_api import Page

from core.orders.models import Sitting
from core.orders.silent_tables import BUSY
from tests.screens.house import House
from tests.screens.states import State, View
from tests.shop import CASHIER

_ADDRESS: Final = "/cashier/tables/stickers"


def _scans(said: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator("details summary").click()
        page.fill("[name=said]", said)
        page.press("[name=said]", "Enter")
        page.locator(".banner").first.wait_for()

    return act


def _round(house: House) -> View:
    """Some were looked at, and at one table nobody orders."""
    shop, base = house.shop, house.shop.core.settings.base_url
    for table in shop.tables[:4]:
        shop.core.stickers.check(shop.outlet.id, f"{base}/t/{table.token}", CASHIER)
    now = shop.clock()
    with shop.core.db.write() as session:
        for table in shop.tables[:-1]:
            session.add_all(
                Sitting(outlet_id=shop.outlet.id, table_id=table.id, opened_at=now, ended_at=now, code="0000", phones=1)
                for _ in range(BUSY + 1)
            )
    return View(_ADDRESS)


def _ours(house: House) -> View:
    shop = house.shop
    return View(_ADDRESS, act=_scans(f"{shop.core.settings.base_url}/t/{shop.tables[4].token}"))


STICKERS: Final = (
    State("staff-stickers", _round, is_whole=True),
    State("staff-floor-silent", lambda _: View("/cashier/tables"), is_whole=True),
    State("staff-sticker-ours", _ours),
    State("staff-sticker-old", lambda house: View(_ADDRESS, act=_scans(f"{house.shop.core.settings.base_url}/t/alt"))),
    State("staff-sticker-foreign", lambda _: View(_ADDRESS, act=_scans("https://promo-meja.example/t/aB3xK9"))),
    State("staff-sticker-payment", lambda _: View(_ADDRESS, act=_scans("00020101021126570011ID.DANA.WWW"))),
)
