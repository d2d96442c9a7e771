"""The kiosk tablet in every state: from the code to pair by to the number of the guest."""

from collections.abc import Callable

from playwright.sync_api import Page
from sqlalchemy import select

from core.orders.models import Order
from tests.screens.house import House
from tests.screens.states import State, View
from tests.shop import CASHIER

Hand = Callable[[Page], None]
"""What a guest does at the tablet."""


def _kiosk(house: House, *hands: Hand) -> View:
    """A tablet that is paired, and a guest who does these things before it, one after the other."""

    def act(page: Page) -> None:
        read = [cookie for cookie in page.context.cookies() if cookie.get("name") == "meja_lang"]
        page.locator("form[action$='/kiosk/demo'] button").click()
        page.locator(".call__begin").wait_for()
        # The first screen forgets what the last guest read: here it is the same guest.
        page.context.add_cookies([{"name": "meja_lang", "value": read[0]["value"], "url": house.url}])
        for hand in hands:
            hand(page)

    return View("/", act=act)


def _begins(page: Page) -> None:
    page.locator(".call__begin").click()
    page.locator(".where").wait_for()


def _eats_in(page: Page) -> None:
    page.locator("[name=serving][value=dine_in]").click()
    page.locator(".till__empty").wait_for()


def _adds(page: Page) -> None:
    page.locator("button.plate__plus").first.click()
    page.locator(".till__count").wait_for()


def _opens_a_dish(page: Page) -> None:
    page.locator("a.plate__plus").first.click()
    page.locator("#sheet[open] .offer__buy").wait_for()


def _opens_the_basket(page: Page) -> None:
    page.locator("[data-drawer]").click()
    page.locator("#drawer[open] [name=method]").first.wait_for()


def _opens_the_basket_in_vain(page: Page) -> None:
    page.locator("[data-drawer]").click()
    page.locator("#drawer[open] .banner").wait_for()


def _takes_a_stand(page: Page) -> None:
    page.locator("#drawer .stand summary").click()
    for digit in "12":
        page.locator(f"#drawer .keypad button[value='{digit}']").click()


def _pays_by(method: str) -> Hand:
    def presses(page: Page) -> None:
        page.locator(f"#drawer [name=method][value={method}]").click()
        page.locator("figure.qr img, .ticket__code").wait_for()

    return presses


def _lowers(page: Page) -> None:
    page.locator("[data-reach-switch]").click()


def _watches_the_clock(page: Page) -> None:
    page.clock.install()


def _goes_away(page: Page) -> None:
    page.clock.run_for(62_000)
    page.locator("#still[open]").wait_for()


def _loses_the_line(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("#lost[open]").wait_for()


def _holds_the_corner(page: Page) -> None:
    page.evaluate("location.href = '/kiosk/staff'")
    page.locator(".corner").wait_for()


def _newest(house: House) -> Order:
    with house.shop.core.db.read() as session:
        return session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).one()


def _expires(house: House) -> Hand:
    def runs_out(page: Page) -> None:
        order = _newest(house)
        house.shop.simulator.expire(house.shop.attempt(order).reference)
        house.waits_for(order, "expired")
        page.reload()
        page.locator("[data-stage=qr_expired]").wait_for()

    return runs_out


def _is_paid(house: House) -> Hand:
    def takes_the_cash(page: Page) -> None:
        house.shop.core.cash.take(_newest(house).uid, 200_000, CASHIER)
        page.reload()
        page.locator(".payment--done").wait_for()
        # It would go home by itself, in the middle of the pictures.
        page.evaluate("document.querySelector('[data-home-after]').removeAttribute('data-home-after')")

    return takes_the_cash


_AT_THE_MENU = (_begins, _eats_in)
_WITH_A_BASKET = (*_AT_THE_MENU, _adds, _opens_the_basket)

TABLET = (
    State("tablet-pairing", lambda _: View("/kiosk")),
    State("tablet-home", _kiosk),
    State("tablet-home-paused", lambda house: _kiosk(house, house.stops_orders)),
    State("tablet-where", lambda house: _kiosk(house, _begins)),
    State("tablet-where-low", lambda house: _kiosk(house, _lowers, _begins)),
    State("tablet-menu", lambda house: _kiosk(house, *_AT_THE_MENU)),
    State("tablet-menu-basket", lambda house: _kiosk(house, *_AT_THE_MENU, _adds)),
    State("tablet-menu-low", lambda house: _kiosk(house, _lowers, *_AT_THE_MENU, _adds)),
    State("tablet-dish", lambda house: _kiosk(house, *_AT_THE_MENU, _opens_a_dish)),
    State("tablet-basket", lambda house: _kiosk(house, *_WITH_A_BASKET)),
    State(
        "tablet-basket-paused",
        lambda house: _kiosk(house, *_AT_THE_MENU, _adds, house.stops_orders, _opens_the_basket_in_vain),
    ),
    State("tablet-basket-stand", lambda house: _kiosk(house, *_WITH_A_BASKET, _takes_a_stand)),
    State("tablet-qr", lambda house: _kiosk(house, *_WITH_A_BASKET, _pays_by("qris"))),
    State("tablet-qr-expired", lambda house: _kiosk(house, *_WITH_A_BASKET, _pays_by("qris"), _expires(house))),
    State("tablet-cash", lambda house: _kiosk(house, *_WITH_A_BASKET, _pays_by("cash"))),
    State("tablet-paid", lambda house: _kiosk(house, *_WITH_A_BASKET, _pays_by("cash"), _is_paid(house))),
    State("tablet-still-there", lambda house: _kiosk(house, _watches_the_clock, *_AT_THE_MENU, _adds, _goes_away)),
    State("tablet-line-lost", lambda house: _kiosk(house, *_AT_THE_MENU, _adds, _loses_the_line)),
    State("tablet-staff", lambda house: _kiosk(house, _holds_the_corner)),
)
