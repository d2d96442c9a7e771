"""The pages of staff in a house with printers: one that prints, one without paper, one that is switched off."""

from datetime import timedelta

from playwright.sync_api import Page
from sqlalchemy import update

from core.printing.models import Printer
from core.services.printer_desk import PrinterPlan
from tests.printing.printer import NetPrinter, put_up
from tests.screens.house import House
from tests.screens.states import State, View
from tests.shop import CASHIER


def _views(house: House) -> list[Printer]:
    return [view.printer for view in house.shop.core.printers.printers(house.shop.outlet.id)]


def _with_printers(house: House) -> list[Printer]:
    """Put three printers up, once: the one at the bar has run out of paper, with slips waiting."""
    if known := _views(house):
        return known
    desk, outlet_id = house.shop.core.printers, house.shop.outlet.id
    kitchen, bar = (station.id for station in desk.stations(outlet_id))
    till, thirsty = NetPrinter(), NetPrinter()
    thirsty.paper.sensors.has_paper = False
    for printer in (till, thirsty):
        printer.on()
    put_up(house.shop, till, "Kasir", prints_receipts=True, prints_after_cash=True, opens_drawer=True)
    put_up(house.shop, thirsty, "Bar", prints_kitchen=True, station_id=bar)
    old = PrinterPlan("Dapur lama", "dapur.local", 9101, 58, True, kitchen, is_enabled=False)
    desk.add(outlet_id, old, CASHIER)
    desk.test(outlet_id, _views(house)[0].uid, CASHIER)
    for _ in range(2):
        house.paid("Teh tarik", "Rawon")
    house.until(lambda: _views(house)[0].printed_at is not None and _views(house)[1].down_since is not None)
    with house.shop.core.db.write() as session:
        # Its row is turned: a picture cannot wait half a minute.
        since = house.shop.clock() - timedelta(minutes=4)
        session.execute(update(Printer).where(Printer.down_since.is_not(None)).values(down_since=since))
    return _views(house)


def _listed(house: House) -> View:
    _with_printers(house)
    return View("/cashier/printers")


def _edited(house: House) -> View:
    return View(f"/cashier/printers?edit={_with_printers(house)[1].uid}")


def _adds_what_is_no_address(page: Page) -> None:
    page.fill("[name=name]", "Dapur")
    page.fill("[name=host]", "169.254.169.254")
    page.locator("#printer-form button").first.click()
    page.locator("[role=alert]").wait_for()


def _refused(house: House) -> View:
    _with_printers(house)
    return View("/cashier/printers", act=_adds_what_is_no_address)


def _board(house: House) -> View:
    _with_printers(house)
    return View("/cashier")


def _kitchen(house: House) -> View:
    _with_printers(house)
    return View("/cashier/kitchen")


def _desk(house: House) -> View:
    _with_printers(house)
    return View(f"/cashier?order={house.paid().uid}")


def _past_order(house: House) -> View:
    _with_printers(house)
    order = house.paid(name="Bu Sri")
    house.shop.core.paper.receipt(order.uid, CASHIER)
    house.shop.core.paper.receipt(order.uid, CASHIER)
    return View(f"/cashier/history/{order.uid}?printed=yes")


def _shift(house: House) -> View:
    _with_printers(house)
    house.shop.core.paper.open_drawer(house.shop.outlet.id, "Tukar uang kecil", CASHIER)
    return View("/cashier/shift")


def _none(house: House) -> View:
    for printer in _views(house):
        house.shop.core.printers.remove(house.shop.outlet.id, printer.uid, CASHIER)
    return View("/cashier/printers")


PRINTERS = (
    State("staff-printers", _listed, is_whole=True),
    State("staff-printers-edit", _edited, is_whole=True),
    State("staff-printers-refused", _refused, is_whole=True),
    State("staff-printers-board", _board),
    State("staff-printers-kitchen", _kitchen),
    State("staff-printers-desk", _desk),
    State("staff-printers-past-order", _past_order, is_whole=True),
    State("staff-printers-drawer", _shift, is_whole=True),
    # The last one: from here on there are none again.
    State("staff-printers-none", _none),
)
