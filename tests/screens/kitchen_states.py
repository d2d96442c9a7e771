"""The kitchen's screens: one station and all of them, full, struck through, counted, called back, empty."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update

from core.events.record import Actor
from core.menu.quote import Pick
from core.orders.models import Order, Sitting
from core.orders.status import PaymentMethod
from core.outlets.models import Station
from core.services.kitchen_display import KitchenDisplay
from tests.screens.house import House
from tests.screens.states import State, View
from tests.shop import CASHIER

COOK = Actor("staff", 4, "Wayan")
_PLATES = (
    ("Nasi goreng kampung", "Teh tarik"),
    ("Sate ayam Madura", "Gado-gado", "Jus mangga"),
    ("Soto Betawi",),
    ("Rawon", "Tempe mendoan", "Jus alpukat", "Teh tarik"),
    ("Bakso urat", "Teh manis"),
)


def _station(house: House, name: str) -> int:
    with house.shop.core.db.read() as session:
        return session.scalars(select(Station.id).where(Station.name == name)).one()


def _display(house: House) -> KitchenDisplay:
    return house.shop.core.kitchen_display


def _paid(house: House, *names: str, table: int, minutes: int = 0, promised: int = 15, note: str = "") -> Order:
    """An order of a table that was paid in cash some minutes ago, and promised for some minutes after that."""
    shop = house.shop
    picks = [
        Pick(pick.dish_id, 1 + place % 2, pick.option_ids, "" if place else note)
        for place, pick in enumerate(shop.picks(*names))
    ]
    order = shop.core.checkout.place_picks(
        shop.tables[table % 12].token, picks, key=secrets.token_hex(8), pay_by=PaymentMethod.CASH
    )
    shop.core.cash.take(order.uid, order.cash_total, CASHIER)
    paid_at = shop.clock() - timedelta(minutes=minutes)
    with shop.core.db.write() as session:
        mine = update(Order).where(Order.id == order.id)
        session.execute(mine.values(paid_at=paid_at, promised_at=paid_at + timedelta(minutes=promised)))
    return order


def _empty(house: House) -> View:
    """Everything is made and served, and every party has left."""
    kitchen, outlet = house.shop.core.kitchen, house.shop.outlet.id
    for card in _display(house).view(outlet, None).cards:
        if card.is_stopped:
            house.shop.core.stations.see(card.order.uid, None, COOK)
        if card.order.status == "confirmed":
            kitchen.start(card.order.uid, COOK)
        if card.order.status in {"confirmed", "preparing"}:
            kitchen.ready(card.order.uid, COOK)
    for ready in house.shop.core.board.snapshot(outlet).ready:
        kitchen.serve(ready.order.uid, CASHIER)
    with house.shop.core.db.write() as session:
        session.execute(update(Sitting).where(Sitting.ended_at.is_(None)).values(ended_at=house.shop.clock()))
    return View("/cashier/kitchen?station=all")


def _evening(house: House) -> Sequence[Order]:
    """Some of every age, with a line struck off and a station that is through."""
    _empty(house)
    stations = house.shop.core.stations
    orders = [
        _paid(house, *_PLATES[number % 5], table=number, minutes=minutes, note=note)
        for number, (minutes, note) in enumerate([(19, ""), (15, "Tanpa kacang"), (12, ""), (6, "Pisah kuah"), (1, "")])
    ]
    stations.start(orders[0].uid, _station(house, "Dapur"), COOK)
    stations.start(orders[1].uid, _station(house, "Bar"), COOK)
    stations.ready(orders[1].uid, _station(house, "Bar"), COOK)
    stations.start(orders[3].uid, _station(house, "Dapur"), COOK)
    lines = house.shop.page(orders[3]).order.lines
    stations.strike(orders[3].uid, lines[0].id, COOK, is_cooked=True)
    return orders


def _whole(house: House) -> View:
    _evening(house)
    return View("/cashier/kitchen?station=all")


def _one_station(house: House) -> View:
    _evening(house)
    return View(f"/cashier/kitchen?station={_station(house, 'Bar')}&counts=yes")


def _struck(house: House) -> View:
    """One order cancelled, the money of another gone back, a line of a third taken off."""
    orders = _evening(house)
    house.shop.core.kitchen.cancel(orders[0].uid, "Tamu pergi", CASHIER, may_void=True)
    house.shop.core.refunds.ask(orders[3].uid, orders[3].cash_total, "Terlalu lama", CASHIER, in_cash=True)
    tea = [line.id for line in house.shop.page(orders[4]).order.lines if line.name == "Teh manis"]
    house.shop.core.refunds.ask(orders[4].uid, 5_000, "Teh habis", CASHIER, in_cash=True, not_made=tea)
    return View("/cashier/kitchen?station=all")


def _full(house: House) -> View:
    """Thirty tickets at once."""
    _empty(house)
    for number in range(30):
        _paid(house, *_PLATES[number % 5], table=number, minutes=29 - number, promised=25)
    return View("/cashier/kitchen?station=all&counts=yes")


def _recall(house: House) -> View:
    _evening(house)
    return View("/cashier/kitchen/recall?station=all")


def _wall(house: House) -> View:
    """Numbers that are almost there, and numbers that are called."""
    orders = _evening(house)
    kitchen = house.shop.core.kitchen
    for order in orders[:4]:
        if house.shop.status(order)[0] == "confirmed":
            kitchen.start(order.uid, COOK)
        if order is not orders[3]:
            kitchen.ready(order.uid, COOK)
    return View("/cashier/ready")


KITCHEN = (
    State("staff-kitchen-empty", _empty),
    State("staff-kitchen-all", _whole),
    State("staff-kitchen-station", _one_station),
    State("staff-kitchen-struck", _struck),
    State("staff-kitchen-full", _full),
    State("staff-kitchen-recall", _recall),
    State("staff-wall", _wall),
)
