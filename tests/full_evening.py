"""A shop in the middle of an evening: everything has happened that leaves rows of its own, and most of it is not over."""

from contextlib import suppress
from dataclasses import dataclass

import pyotp
from sqlalchemy import update

from core.events.record import SYSTEM, Actor
from core.menu.quote import Pick
from core.orders.models import CallFor, Order
from core.orders.status import PaymentMethod
from core.outlets.hours_text import read_hours
from core.services.printer_desk import PrinterPlan
from core.staff.errors import CodeNeeded
from core.staff.models import StaffMember
from tests.cheap_secrets import cheap_hash
from tests.menu.test_pictures import photo
from tests.services.test_kiosk_pairing import paired
from tests.settlement_files import STRANGE, csv_file, payment
from tests.shop import CASHIER, Shop
from tests.stations import open_two_stations, paid_in_cash
from tests.web.patience import soon

PASSWORD = "sandi-untuk-uji"
MANAGER = Actor("staff", 2, "Manager")


@dataclass(frozen=True, slots=True)
class Evening:
    """What is still under way."""

    shop: Shop
    live: Order
    """Its QR is on somebody's phone."""
    counter: Order
    """Its guest stands at the counter with cash. It is the newest of all."""
    leaving: Order
    """Some of its money goes back, and the gateway was silent when it was asked for that."""
    token: str
    """Of the cashier who is signed in."""
    picture: str
    """Of a dish, uploaded."""

    @property
    def url(self) -> str:
        return self.shop.core.settings.database_url


def play(shop: Shop) -> Evening:
    """Let the evening happen, up to now."""
    with shop.core.db.write() as session:
        session.execute(update(StaffMember).values(password_hash=cheap_hash(PASSWORD)))
    _make_ready(shop)
    _sell(shop)
    _grow(shop)
    _sit_down(shop)
    token, _ = shop.core.door.sign_in("kasir", PASSWORD, "127.0.0.1")
    shop.core.worker._make_rounds()
    picture = shop.core.pictures.hang_up(shop.outlet.id, shop.dishes["Sate Ayam"].id, photo(), CASHIER)
    leaving = _paid(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "http_503"})
    shop.core.refunds.ask(leaving.uid, 3_000, "Habis", MANAGER)
    shop.gateway_works()
    shop.simulator.behave()
    return Evening(shop, shop.order("Sate Ayam"), shop.order("Es Teh", pay_by="cash"), leaving, token, picture)


def _paid(shop: Shop) -> Order:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    return order


def _make_ready(shop: Shop) -> None:
    shop.core.house.set_hours(read_hours(["daily 00:00-24:00"]), SYSTEM)
    shop.core.keys.make(shop.outlet.id, "accounting", SYSTEM)
    paired(shop)
    shop.core.kiosks.new_code("10.0.0.2")
    shop.core.rehearsals.begin(shop.outlet.id, MANAGER)
    assert soon(lambda: (last := shop.core.rehearsals.latest(shop.outlet.id)) is not None and bool(last.qr_address))


def _sell(shop: Shop) -> None:
    """Sell, cook and give back, by every way; count the drawer and open it anew."""
    core = shop.core
    served = _paid(shop)
    for step in (core.kitchen.start, core.kitchen.ready, core.kitchen.serve):
        step(served.uid, CASHIER)
    core.refunds.ask(served.uid, 5_000, "Sate gosong", MANAGER)
    cash = shop.order("Rendang", pay_by="cash")
    core.cash.take(cash.uid, cash.cash_total + 3_000, CASHIER)
    core.refunds.ask(cash.uid, 1_000, "Gosong", MANAGER, in_cash=True)
    shop.simulator.refund(shop.attempt(from_dashboard := _paid(shop)).reference, 2_000, "from-the-dashboard")
    shop.hears_of(shop.attempt(from_dashboard), said="partial_refund")
    late = shop.order("Es Teh")
    core.payments.cancel(late.uid)
    shop.gateway_works()
    shop.wallet.pays(late, late=True)
    core.shifts.move(shop.outlet.id, -10_000, "Es batu", CASHIER)
    core.shifts.close(shop.outlet.id, 190_000, CASHIER)
    core.shifts.open(shop.outlet.id, 200_000, CASHIER)


def _grow(shop: Shop) -> None:
    """Divide the kitchen, put a printer up, compare a file of the gateway's, and sign in with two steps."""
    core = shop.core
    _, bar = open_two_stations(shop)
    core.printers.add(shop.outlet.id, PrinterPlan("Dapur", "192.168.1.50", prints_kitchen=True), CASHIER)
    core.stations.start(paid_in_cash(shop, "Sate Ayam", "Es Teh").uid, bar.id, CASHIER)
    core.settlement_files.take_in(shop.outlet.id, "june.csv", csv_file(payment(STRANGE, 45_000, shop.clock())), MANAGER)
    token, owner = core.door.sign_in("owner", PASSWORD, "127.0.0.1")
    offer = core.codes.offer(owner)
    core.codes.switch_on(token, owner, offer.salt, PASSWORD, pyotp.TOTP(offer.secret).at(shop.clock()))
    with suppress(CodeNeeded):
        core.door.sign_in("owner", PASSWORD, "127.0.0.1")


def _sit_down(shop: Shop) -> None:
    """Seat two guests who share a table: one has ordered, one still picks, and they want the bill."""
    table = shop.tables[1].token
    for guest in ("ani", "budi"):
        shop.core.baskets.add(table, guest, Pick(shop.dishes["Es Teh"].id, 1))
    shop.core.checkout.place_order(table, "ani", key="once", pay_by=PaymentMethod.CASH)
    shop.core.parties.call(table, "budi", CallFor.BILL)
