"""The pages of staff, as they stand in the middle of an evening."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pyotp
from playwright.sync_api import Page
from sqlalchemy import select, update

from cashier.who import actor
from core.base.ids import new_gateway_reference, new_uid
from core.base.money import percent_of
from core.events.record import Actor
from core.orders.history import Wanted
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.outlets.models import MerchantClass, Outlet
from core.services.breaker import FAILURES
from core.services.counter_desk import guest_of_round
from core.services.outlet_desk import OutletDesk
from core.services.seed import PASSWORD
from core.settlements.models import BreakKind
from core.staff.errors import TooManyTries, WrongPin
from core.staff.models import Role, StaffMember
from core.staff.rights import Right
from tests.screens.case_states import CASES
from tests.screens.exception_states import EXCEPTIONS
from tests.screens.house import House, dish_that_asks
from tests.screens.printer_states import PRINTERS
from tests.screens.rehearsal_states import REHEARSALS
from tests.screens.states import State, View, late_money
from tests.screens.sticker_states import STICKERS
from tests.settlement_files import csv_file, payment
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


def _board_without_midtrans(house: House) -> View:
    for _ in range(FAILURES):
        house.shop.core.worker.breaker.was_silent()
    return View("/cashier")


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
    if house.shop.core.shifts.current(house.shop.outlet.id) is None:
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


def _people(house: House) -> View:
    """Everybody who works here, one signed in and one who was let go."""
    door = house.shop.core.door
    with house.shop.core.db.read() as session:
        is_new = session.scalar(select(StaffMember.id).where(StaffMember.username == "joko")) is None
    if is_new:
        door.add_member(house.shop.outlet.id, "joko", "Joko Susanto", Role.CASHIER, PASSWORD)
        door.disable("joko")
        door.sign_in("kasir", PASSWORD, "192.168.1.20", browser="Chrome, Android")
    return View("/cashier/people")


def _adds_somebody(page: Page) -> None:
    page.locator("details.card summary").click()
    page.fill("[name=username]", "kasir")
    page.fill("#add-pin", "135790")
    page.locator("details form button").last.click()
    page.locator("[aria-invalid]").wait_for()


def _person(house: House) -> View:
    _people(house)
    return View("/cashier/people/kasir")


def _held(house: House) -> View:
    """Somebody who typed a wrong PIN too often."""
    view = _person(house)
    with house.shop.core.db.read() as session:
        cashier = session.scalars(select(StaffMember).where(StaffMember.username == "kasir")).one()
    for _ in range(5):
        with suppress(WrongPin, TooManyTries):
            house.shop.core.door.approve(cashier, "000000", Right.GIVE_MONEY_BACK)
    return view


def _new_secret(page: Page) -> None:
    page.fill("#password-pin", "135790")
    page.locator("button[value=password]").click()
    page.locator(".secret").wait_for()


def _two_steps(house: House, page: Page) -> None:
    """Switch two-step sign-in on as the page says; it is off again when the page is closed."""
    page.goto(f"{house.url}/cashier/me/codes")
    secret = page.locator(".steps__secret").inner_text()
    page.fill("#on-code", pyotp.TOTP(secret).at(house.shop.clock()))
    page.fill("#on-present", PASSWORD)
    page.locator("button[value=on]").click()
    page.locator(".recovery").wait_for()
    page.on("close", lambda _: house.shop.core.codes.take_off("owner"))


def _recovery(house: House) -> View:
    return View("/cashier/me", act=lambda page: _two_steps(house, page))


def _codes_on(house: House) -> View:
    def goes_back(page: Page) -> None:
        _two_steps(house, page)
        page.goto(f"{house.url}/cashier/me/codes")

    return View("/cashier/me", act=goes_back)


def _asked_for_the_code(house: House) -> View:
    def signs_in_anew(page: Page) -> None:
        _two_steps(house, page)
        page.goto(f"{house.url}/cashier/login")
        page.fill("[name=username]", "owner")
        page.fill("[name=password]", PASSWORD)
        page.locator("button.button--primary").click()
        page.fill("[name=code]", "000000")
        page.locator("button.button--primary").click()
        page.locator("[role=alert]").wait_for()

    return View("/cashier/me", act=signs_in_anew)


def _acts(house: House) -> View:
    """A void, a refund that a cashier brought, and people, settings and prices that were changed."""
    core, outlet = house.shop.core, house.shop.outlet.id
    with core.db.read() as session:
        people = {one.username: actor(one) for one in session.scalars(select(StaffMember))}
    core.kitchen.cancel(house.paid(name="Bu Sri").uid, "Bahan habis", people["manager"], may_void=True)
    order = house.paid()
    core.refunds.ask(order.uid, 5_000, "Es tumpah", people["manager"], asked_by=people["kasir"])
    core.door.edit("dapur", role=Role.CASHIER, by=people["owner"])
    core.door.edit("dapur", role=Role.KITCHEN, by=people["owner"])
    OutletDesk(core.db, core.clock).set_up({"service_rate": 500, "phone": new_uid()[:8]}, people["owner"])
    core.keys.make(outlet, f"buku-{new_uid()[:6].lower().replace('_', '-')}", people["owner"])
    return View("/cashier/audit")


def _display_qr(house: House) -> View:
    _at_the_counter(house)
    return View("/cashier/display")


def _display_paid(house: House) -> View:
    house.shop.wallet.pays(_at_the_counter(house))
    return View("/cashier/display")


def _settlement_rows(house: House) -> list[dict[str, str | int]]:
    """An export of yesterday: one of each thing that can differ, and a payment that is right."""
    yesterday = house.shop.clock() - timedelta(days=1)
    with house.shop.core.db.write() as session:
        session.execute(update(Outlet).values(merchant_class=MerchantClass.SMALL))
    right, dear, twice, other = (house.paid() for _ in range(4))
    rows = [
        payment(house.shop.attempt(order).reference, order.total, yesterday, Fee=fee, VAT=round(fee * 0.11))
        for order, fee in ((right, percent_of(right.total, 70)), (dear, percent_of(dear.total, 150)))
    ]
    rows += [payment(house.shop.attempt(twice).reference, twice.total, yesterday) for _ in range(2)]
    rows.append(payment(house.shop.attempt(other).reference, other.total - 5_000, yesterday))
    rows.append(payment(new_gateway_reference(yesterday), 45_000, yesterday))
    return [*rows, payment("TOKO-118", 99_000, yesterday)]


def _takes_in(house: House, *rows: dict[str, str | int], name: str) -> str:
    by = Actor("staff", 2, "Manager")
    return house.shop.core.settlement_files.take_in(house.shop.outlet.id, name, csv_file(*rows), by).uid


def _settlement(house: House) -> View:
    return View(
        f"/cashier/money/settlements/{_takes_in(house, *_settlement_rows(house), name='settlement-28-nov.csv')}"
    )


def _explained_settlement(house: House) -> View:
    """A file that agrees, but for what somebody has explained."""
    order, at = house.paid(), house.shop.clock()
    rows = [payment(house.shop.attempt(order).reference, order.total, at)]
    wrong = house.paid()
    rows.append(payment(house.shop.attempt(wrong).reference, wrong.total + 500, at))
    uid = _takes_in(house, *rows, name="Laporan penarikan 29 November 2026.xlsx")
    files, by = house.shop.core.settlement_files, Actor("staff", 2, "Manager")
    files.close(house.shop.outlet.id, uid, BreakKind.WRONG_AMOUNT, "Promo bank, diganti Midtrans", by, chosen=None)
    return View(f"/cashier/money/settlements/{uid}?taken=before")


def _uploads(name: str, content: bytes) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": content})
        page.locator("form[enctype] button").click()
        page.locator("[role=alert]").wait_for()

    return act


_BAD_FILE = b"Order ID,Amount,Settlement time\nK01ARZ3NDEKTSV4RRFFQ69G5FAVQ,28.50,2026-11-28\n"

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
    *REHEARSALS,
    *CASES,
    State("staff-settlements-none", lambda _: View("/cashier/money/settlements")),
    State(
        "staff-settlements-bad", lambda _: View("/cashier/money/settlements", act=_uploads("november.csv", _BAD_FILE))
    ),
    State("staff-settlement", _settlement, is_whole=True),
    State("staff-settlement-explained", _explained_settlement, is_whole=True),
    State("staff-settlements", lambda _: View("/cashier/money/settlements")),
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
    State("staff-people", _people),
    State("staff-people-refused", lambda house: replace(_people(house), act=_adds_somebody)),
    State("staff-person", _person, is_whole=True),
    State("staff-person-held", _held, is_whole=True),
    State("staff-person-secret", lambda _: View("/cashier/people/dapur", act=_new_secret)),
    State("staff-me", lambda _: View("/cashier/me")),
    State("staff-codes", lambda _: View("/cashier/me/codes"), is_whole=True, who="owner"),
    State("staff-codes-recovery", _recovery, who="owner"),
    State("staff-codes-on", _codes_on, who="owner"),
    State("staff-login-code", _asked_for_the_code, who="owner"),
    State("staff-me-owner", lambda _: View("/cashier/me"), is_whole=True, who="owner"),
    State("staff-acts", _acts, is_whole=True),
    State("staff-acts-nothing", lambda _: View("/cashier/audit?from=2020-01-01&to=2020-01-02")),
    *EXCEPTIONS,
    State("staff-refund", lambda house: View(f"/cashier/orders/{house.paid().uid}/refund")),
    *PRINTERS,
    *STICKERS,
    State("staff-pictures", lambda _: View("/cashier/pictures")),
    State("staff-devices", lambda _: View("/cashier/devices")),
    # The last ones: from here on nobody can order.
    State("staff-stock-paused", _paused),
    State("staff-board-paused", lambda _: View("/cashier")),
    State("staff-board-silent", _board_without_midtrans),
)
