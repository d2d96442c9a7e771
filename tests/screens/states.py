"""Every page of a diner in every state, and how each comes about: by the real services and the simulator."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta

from playwright.sync_api import Page

from core.menu.quote import Pick
from core.orders.models import Order
from tests.screens.house import DINNER, House, dish_that_asks
from tests.shop import CASHIER


@dataclass(frozen=True, slots=True)
class View:
    """An address to open, with whose cookie, and what to do there before the picture."""

    path: str
    cookie: tuple[str, str] | None = None
    act: Callable[[Page], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class State:
    """One state of one page."""

    name: str
    bring_about: Callable[[House], View]
    is_whole: bool = False
    """Pictured from top to bottom, and not only what a screen shows of it."""
    who: str = "manager"
    """Who of the staff looks at it."""


def _order(order: Order, act: Callable[[Page], None] = lambda _: None) -> View:
    return View(f"/orders/{order.uid}", act=act)


# --- The menu and the basket ---------------------------------------------------------------------------------------


def _searches(words: str) -> Callable[[Page], None]:
    return lambda page: page.fill("#search", words)


def _filters(page: Page) -> None:
    page.locator("[data-filter=vegetarian]").click()


def _leaves_peanuts_out(page: Page) -> None:
    page.locator("[data-filter='-contains_peanuts']").click()
    page.locator("#allergy:not([hidden])").wait_for()


def _scrolls(page: Page) -> None:
    page.evaluate("scrollTo(0, 1500)")
    page.wait_for_timeout(150)


def _opens_a_sheet(page: Page) -> None:
    page.locator("a.plus").first.click()
    page.locator("#sheet[open] .offer__buy").wait_for()


def _dish(house: House) -> View:
    return View(f"{house.table}/dishes/{dish_that_asks(house).id}")


def _sold_out_dish(house: House) -> View:
    dish = house.shop.dishes["Klepon"]
    house.shop.core.menu.set_sold_out(dish.id, sold_out=True, by=CASHIER)
    return View(f"{house.table}/dishes/{dish.id}")


def _full_basket(house: House) -> View:
    picks = house.shop.picks(*DINNER, "Tempe mendoan")
    noted = Pick(picks[0].dish_id, 2, picks[0].option_ids, "Tanpa bawang goreng, sambalnya dipisah")
    return View(f"{house.table}/basket", house.guest_with(noted, *picks[1:]))


def _basket_with_a_problem(house: House) -> View:
    cookie = house.guest_with(*house.shop.picks(DINNER[0], "Tahu isi"))
    house.shop.core.menu.set_sold_out(house.shop.dishes["Tahu isi"].id, sold_out=True, by=CASHIER)
    return View(f"{house.table}/basket", cookie)


def _shared_basket(house: House) -> View:
    return View(f"{house.table}/basket", house.shared_basket(*house.shop.picks(*DINNER)))


def _basket_with_a_code(house: House) -> View:
    def scrolls_to_the_code(page: Page) -> None:
        house.with_codes(page)
        page.locator("#code").scroll_into_view_if_needed()

    return View(f"{house.table}/basket", house.guest_with(*house.shop.picks(*DINNER)), act=scrolls_to_the_code)


def _menu_at_another_table(house: House) -> View:
    return View(f"/t/{house.shop.tables[7].token}", house.guest_with(*house.shop.picks(*DINNER)))


def _party(house: House) -> View:
    house.paid("Rendang sapi", "Teh tarik")
    name, cookie = house.guest_with(*house.shop.picks(*DINNER))
    return View(f"{house.table}/party", (name, cookie))


def _party_that_called(house: House) -> View:
    house.calls("help")
    return _party(house)


def _menu_with_basket(house: House) -> View:
    return View(house.table, house.guest_with(*house.shop.picks(*DINNER)))


def _menu_without_a_line(house: House) -> View:
    def loses_the_line(page: Page) -> None:
        page.context.set_offline(True)
        page.locator("#connection:not([hidden])").wait_for()

    return View(house.table, act=loses_the_line)


# --- Paying --------------------------------------------------------------------------------------------------------


def _qr(house: House) -> View:
    return _order(house.live(name="Rani"))


def _qr_with_steps(house: House) -> View:
    return _order(house.live(), lambda page: page.locator(".wallets summary").click())


def _qr_amber(house: House) -> View:
    return _order(house.with_time_left(house.live(), timedelta(seconds=170)))


def _qr_red(house: House) -> View:
    return _order(house.with_time_left(house.live(), timedelta(seconds=57)))


def _said_to_be_paid(house: House) -> View:
    return _order(house.live(), lambda page: page.locator("form[action$='/check'] button").click())


def _checking(house: House) -> View:
    order = house.live()
    house.misbehaves(order, "status")
    return _order(house.with_time_left(order, timedelta(seconds=-5)))


def _closing(house: House) -> View:
    order = house.live()
    house.misbehaves(order, "cancel")
    house.misbehaves(order, "status")
    house.shop.core.payments.to_cash(order.uid)
    return _order(order)


def _third_qr(house: House) -> View:
    order = house.expired()
    for _ in range(2):
        house.shop.core.payments.new_qr(order.uid)
        house.waits_for(order, "live")
        house.shop.simulator.expire(house.shop.attempt(order).reference)
        house.waits_for(order, "expired")
    return _order(order)


def _wrong_amount(house: House) -> View:
    order = house.live()
    house.shop.simulator.pay(house.shop.attempt(order).reference, amount=order.total - 1_000)
    house.until(lambda: house.shop.stage(order) == "needs_cashier")
    return _order(order)


# --- Ends ----------------------------------------------------------------------------------------------------------


def _given_up(house: House) -> Order:
    order = house.order(pay_by="cash")
    house.shop.core.payments.cancel(order.uid)
    return order


def late_money(house: House) -> View:
    order = house.expired()
    house.shop.core.payments.cancel(order.uid)
    house.shop.simulator.pay(house.shop.attempt(order).reference, late=True)
    house.until(lambda: house.shop.page(order).cases != ())
    return _order(order)


def _order_expired(house: House) -> View:
    order = house.expired()
    with house.shop.core.db.write() as session:
        mine = session.merge(order)
        mine.expires_at = house.shop.clock()
    house.until(lambda: house.shop.gateway_works() >= 0 and house.shop.status(order)[0] == "expired")
    return _order(order)


def _order_expired_and_paid(house: House) -> View:
    view = _order_expired(house)
    order = house.shop.core.orders.page(view.path.rpartition("/")[2]).order
    house.shop.simulator.pay(house.shop.attempt(order).reference, late=True)
    house.until(lambda: house.shop.page(order).cases != ())
    return view


def _refused_by_the_kitchen(house: House) -> Order:
    order = house.paid()
    house.shop.core.kitchen.cancel(order.uid, "Daging habis", CASHIER, may_void=True)
    return order


def _refunded(house: House) -> View:
    order = _refused_by_the_kitchen(house)
    house.until(lambda: house.shop.page(order).refunds != () or house.shop.page(order).cases != ())
    if not house.shop.page(order).refunds:
        house.shop.core.refunds.ask(order.uid, order.total, "Daging habis", CASHIER)
    reference = house.shop.attempt(order).reference
    house.until(lambda: house.shop.status(order)[1] == "refunded")
    house.shop.simulator.call("POST", f"/simulator/transactions/{reference}/confirm-refund")
    house.until(lambda: str(house.shop.page(order).refunds[0].state) == "confirmed")
    return _order(order)


def _partly_refunded(house: House) -> View:
    order = house.paid()
    house.shop.core.refunds.ask(order.uid, 5_000, "Es tumpah", CASHIER)
    house.until(lambda: house.shop.status(order)[1] == "partially_refunded")
    return _order(order)


def _given_back(house: House) -> View:
    order = house.paid()
    house.shop.core.refunds.ask(order.uid, order.total, "Basi", CASHIER)
    house.until(lambda: house.shop.status(order)[1] == "refunded")
    return _order(order)


def _taken_back(house: House) -> View:
    order = house.paid()
    reference = house.shop.attempt(order).reference
    house.shop.simulator.call("POST", f"/simulator/transactions/{reference}/deny", {"reversal": True})
    house.until(lambda: house.shop.status(order)[1] == "failed")
    return _order(order)


def _in_the_kitchen(*steps: str) -> Callable[[House], View]:
    def bring_about(house: House) -> View:
        order = house.paid()
        for step in steps:
            getattr(house.shop.core.kitchen, step)(order.uid, CASHIER)
        return _order(order)

    return bring_about


def _receipt(house: House) -> View:
    return View(f"/orders/{house.paid(name='Rani', note='Pedas sekali').uid}/receipt")


def _bill(house: House) -> View:
    return View(f"/orders/{house.order(pay_by='cash').uid}/receipt")


# --- When it does not work -----------------------------------------------------------------------------------------


def _too_late(house: House) -> View:
    """An order that was paid, and the button of a page that did not know it yet."""
    order = house.paid()
    button = f'<form id="too-late" method="post" action="/orders/{order.uid}/cancel"><button>x</button></form>'

    def presses_too_late(page: Page) -> None:
        page.evaluate("button => document.body.insertAdjacentHTML('beforeend', button)", button)
        page.locator("#too-late button").click()
        page.locator("main .empty").wait_for()

    return _order(order, presses_too_late)


def _busy(house: House) -> View:
    """A database that is held by somebody else for longer than a guest is made to wait."""

    def adds_in_vain(page: Page) -> None:
        with closing(sqlite3.connect(house.shop.core.settings.database_url.removeprefix("sqlite:///"))) as other:
            other.execute("BEGIN IMMEDIATE")
            page.locator(".offer__buy button.button--primary").click(timeout=20_000)
            page.locator("main .empty").wait_for(timeout=20_000)

    return View(f"{house.table}/dishes/{house.shop.dishes['Plecing kangkung'].id}", act=adds_in_vain)


DINER = (
    State("front", lambda _: View("/")),
    State("menu", lambda house: View(house.table)),
    State("menu-scrolled", lambda house: View(house.table, act=_scrolls)),
    State("menu-filtered", lambda house: View(house.table, act=_filters)),
    State("menu-search", lambda house: View(house.table, act=_searches("ayam"))),
    State("menu-search-empty", lambda house: View(house.table, act=_searches("pizza quattro stagioni"))),
    State("menu-with-basket", _menu_with_basket),
    State("menu-allergens", lambda house: View(house.table, act=_leaves_peanuts_out)),
    State("menu-paused", lambda house: View(house.table, act=house.stops_orders)),
    State("menu-closed", lambda house: View(house.table, act=house.closes)),
    State("menu-line-lost", _menu_without_a_line),
    State("dish", _dish),
    State("dish-sheet", lambda house: View(house.table, act=_opens_a_sheet)),
    State("dish-sold-out", _sold_out_dish),
    State("basket-empty", lambda house: View(f"{house.table}/basket")),
    State("basket", _full_basket),
    State("basket-problem", _basket_with_a_problem),
    State("basket-paused", lambda house: replace(_full_basket(house), act=house.stops_orders)),
    State("basket-shared", _shared_basket),
    State("basket-code", _basket_with_a_code),
    State("menu-other-table", _menu_at_another_table),
    State("party-empty", lambda house: View(f"{house.table}/party")),
    State("party", _party),
    State("party-called", _party_that_called),
    State("qr", _qr),
    State("qr-steps", _qr_with_steps),
    State("qr-amber", _qr_amber),
    State("qr-red", _qr_red),
    State("qr-said-paid", _said_to_be_paid),
    State("qr-checking", _checking),
    State("qr-closing", _closing),
    State("qr-expired", lambda house: _order(house.expired())),
    State("qr-expired-thrice", _third_qr),
    State("qr-refused", lambda house: _order(house.misbehaves_at_the_next("charge_denied"))),
    State("gateway-silent", lambda house: _order(house.misbehaves_at_the_next("http_503"))),
    State("needs-cashier", _wrong_amount),
    State("cash-code", lambda house: _order(house.order(pay_by="cash"))),
    State("order-expired", _order_expired),
    State("order-expired-paid", _order_expired_and_paid),
    State("order-cancelled", lambda house: _order(_given_up(house))),
    State("order-refused", lambda house: _order(_refused_by_the_kitchen(house))),
    State("order-refunded", _refunded),
    State("late-money", late_money),
    State("paid", _in_the_kitchen()),
    State("cooking", _in_the_kitchen("start")),
    State("ready", _in_the_kitchen("start", "ready")),
    State("served", _in_the_kitchen("start", "ready", "serve")),
    State("partly-refunded", _partly_refunded),
    State("given-back", _given_back),
    State("taken-back", _taken_back),
    State("receipt", _receipt),
    State("bill", _bill),
    State("error-404", lambda _: View("/t/a-sticker-of-last-year")),
    State("error-409", _too_late),
    State("error-503", _busy),
    State("offline", lambda _: View("/offline")),
)

# --- The restaurant to try: what no guest sees -----------------------------------------------------------------------

DEMO = (State("components", lambda _: View("/components"), is_whole=True),)
