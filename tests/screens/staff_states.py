"""The pages of staff, as they stand in the middle of an evening."""

from playwright.sync_api import Page
from sqlalchemy import select

from cashier.who import actor
from core.base.ids import new_uid
from core.orders.history import Wanted
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.services.counter_desk import guest_of_round
from core.staff.models import StaffMember
from tests.screens.house import House, dish_that_asks
from tests.screens.states import State, View, late_money
from tests.shop import CASHIER


def _evening(house: House) -> View:
    """A board with something in every column."""
    kitchen = house.shop.core.kitchen
    house.order("Sop buntut", "Jus alpukat", pay_by="cash", name="Rani")
    house.live("Rendang sapi", "Teh tarik")
    house.paid("Gado-gado", "Es cendol", note="Tanpa kacang")
    for steps, dish in ((("start",), "Bakso urat"), (("start",), "Rawon"), (("start", "ready"), "Soto Betawi")):
        order = house.paid(dish, "Tempe mendoan")
        for step in steps:
            getattr(kitchen, step)(order.uid, CASHIER)
    return View("/cashier")


def _floor(house: House) -> View:
    """A party that calls, one with a shared basket, and free tables; codes are asked for."""
    _evening(house)
    house.calls("bill")
    return View("/cashier/tables", act=house.with_codes)


def _board_with_calls(house: House) -> View:
    house.calls("help")
    return View("/cashier")


def _case(house: House) -> View:
    late_money(house)
    return View(f"/cashier/money/{house.shop.cases()[-1].uid}")


def _paused(house: House) -> View:
    """Nothing of one dish, little of another, and no new orders."""
    menu = house.shop.core.menu
    menu.set_sold_out(house.shop.dishes["Klepon"].id, sold_out=True, by=CASHIER)
    menu.set_portions(house.shop.dishes["Rawon"].id, 3, CASHIER)
    house.shop.core.house.pause("Dapur penuh", 30, CASHIER)
    return View("/cashier/menu")


def _history(house: House) -> View:
    """An evening with something of every ending."""
    _evening(house)
    house.shop.core.kitchen.cancel(house.paid(name="Bu Sri").uid, "Bahan habis", CASHIER, may_void=True)
    late_money(house)
    return View("/cashier/history")


def _past_order(house: House) -> View:
    late_money(house)
    return View(f"/cashier/history/{house.shop.core.past_orders.page(house.shop.outlet.id, Wanted()).orders[0].uid}")


def _change(house: House) -> View:
    """Cash that was just taken: the drawer is open, and the guest waits for the change."""
    order = house.order(pay_by="cash")
    house.shop.core.cash.take(order.uid, 100_000, CASHIER)
    return View(f"/cashier?order={order.uid}")


def _refunded(house: House) -> View:
    """A part that went back, and a part that is on its way."""
    order = house.paid()
    house.shop.core.refunds.ask(order.uid, 5_000, "Es tumpah", CASHIER)
    house.until(lambda: house.shop.status(order)[1] == "partially_refunded")
    return View(f"/cashier?order={order.uid}")


def _counts_wrongly(page: Page) -> None:
    page.fill("[name=note_100000]", "3")
    page.fill("[name=counted]", "200000")
    page.locator("form[data-count] button").click()
    page.locator("[role=alert]").wait_for()


def _closed_shift(house: House) -> View:
    """A shift that was counted, a little short."""
    house.shop.core.shifts.close(house.shop.outlet.id, None, CASHIER, notes={50_000: 3, 20_000: 2, 500: 11})
    return View("/cashier/shift")


def _open_again(house: House) -> View:
    house.shop.core.shifts.open(house.shop.outlet.id, 200_000, CASHIER)
    return View("/cashier/shift")


def _walk_in(house: House) -> View:
    """An order being typed: two dishes, one with a choice."""
    round_uid = "a" * 22
    counter = house.shop.core.counter.counter(house.shop.outlet.id)
    for pick in house.shop.picks("Soto Betawi", "Es cendol"):
        house.shop.core.baskets.add(counter.token, guest_of_round(round_uid), pick)
    return View(f"/cashier/new/{round_uid}")


def _at_the_counter(house: House) -> Order:
    """An order that was typed by whoever is pictured, whose guest is to scan."""
    with house.shop.core.db.read() as session:
        manager = session.scalars(select(StaffMember).where(StaffMember.username == "manager")).one()
    counter = house.shop.core.counter.counter(house.shop.outlet.id)
    guest = guest_of_round(new_uid())
    for pick in house.shop.picks("Soto Betawi", "Es cendol"):
        house.shop.core.baskets.add(counter.token, guest, pick)
    order = house.shop.core.checkout.place_order(
        counter.token, guest, key=new_uid(), pay_by=PaymentMethod.QRIS, by=actor(manager)
    )
    # Another hand may have taken the order to the gateway already.
    house.waits_for(order, "live")
    return order


def _display_qr(house: House) -> View:
    _at_the_counter(house)
    return View("/cashier/display")


def _display_paid(house: House) -> View:
    house.shop.wallet.pays(_at_the_counter(house))
    return View("/cashier/display")


STAFF = (
    State("staff-login", lambda _: View("/cashier/login")),
    State("staff-switch", lambda _: View("/cashier/switch")),
    State("staff-board", _evening),
    State("staff-board-calls", _board_with_calls),
    State("staff-floor", _floor),
    State("staff-order", lambda house: View(f"/cashier?order={house.paid().uid}")),
    State("staff-cash", lambda house: View(f"/cashier?order={house.order(pay_by='cash').uid}")),
    State("staff-change", _change),
    State("staff-refunded", _refunded),
    State("staff-which", lambda _: View("/cashier?find=7")),
    State("staff-kitchen", lambda _: View("/cashier/kitchen")),
    State("staff-ready", lambda _: View("/cashier/ready")),
    State("staff-shift", lambda _: View("/cashier/shift")),
    State("staff-shift-wrong", lambda _: View("/cashier/shift", act=_counts_wrongly)),
    State("staff-shift-closed", _closed_shift),
    State("staff-shift-sheets", lambda _: View("/cashier/shift/sheets")),
    State("staff-shift-sheet", lambda _: View("/cashier/shift/sheets/1")),
    State("staff-shift-open-again", _open_again),
    State("staff-money", lambda _: View("/cashier/money")),
    State("staff-case", _case),
    State("staff-new", lambda _: View(f"/cashier/new/{'b' * 22}")),
    State("staff-new-typed", _walk_in),
    State("staff-new-dish", lambda house: View(f"/cashier/new/{'a' * 22}/dishes/{dish_that_asks(house).id}")),
    State("staff-new-qr", lambda house: View(f"/cashier?order={_at_the_counter(house).uid}")),
    State("staff-display-qr", _display_qr),
    State("staff-display-paid", _display_paid),
    State("staff-stock", lambda _: View("/cashier/menu")),
    State("staff-history", _history),
    State("staff-history-nothing", lambda _: View("/cashier/history?from=2020-01-01&to=2020-01-02")),
    State("staff-history-error", lambda _: View("/cashier/history?from=2026-11-29&to=2026-11-28")),
    State("staff-payments", lambda _: View("/cashier/history/payments")),
    State("staff-past-order", _past_order, is_whole=True),
    State("staff-refund", lambda house: View(f"/cashier/orders/{house.paid().uid}/refund")),
    State("staff-pictures", lambda _: View("/cashier/pictures")),
    State("staff-devices", lambda _: View("/cashier/devices")),
    # The last ones: from here on nobody can order.
    State("staff-stock-paused", _paused),
    State("staff-board-paused", lambda _: View("/cashier")),
)
