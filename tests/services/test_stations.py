"""Which lines of an order are made at which station."""

from sqlalchemy import update

from core.menu.models import Category
from core.orders.models import Order
from core.orders.stations import lines_by_station
from tests.shop import Shop
from tests.stations import open_two_stations


def test_a_house_without_stations_has_one_kitchen_for_everything(shop: Shop) -> None:
    order = shop.order("Sate Ayam", "Es Teh")

    assert made_at(shop, order) == {None: ["Sate Ayam", "Es Teh"]}


def test_each_station_makes_its_own_lines(shop: Shop) -> None:
    open_two_stations(shop)

    mixed, tea = shop.order("Es Teh", "Sate Ayam", "Rendang"), shop.order("Es Teh")

    assert made_at(shop, mixed) == {"Dapur": ["Sate Ayam", "Rendang"], "Bar": ["Es Teh"]}
    assert made_at(shop, tea) == {"Bar": ["Es Teh"]}


def test_an_order_keeps_its_stations_when_the_menu_moves_its_dishes(shop: Shop) -> None:
    kitchen, bar = open_two_stations(shop)
    order = shop.order("Sate Ayam", "Es Teh")

    with shop.core.db.write() as session:
        session.execute(update(Category).where(Category.name == "Minuman").values(station_id=kitchen.id))
        session.execute(update(Category).where(Category.name == "Makanan").values(station_id=bar.id))

    assert made_at(shop, order) == {"Dapur": ["Sate Ayam"], "Bar": ["Es Teh"]}


def test_what_belongs_to_no_station_or_to_one_that_is_no_more_is_made_at_the_first(shop: Shop) -> None:
    before = shop.order("Es Teh")
    open_two_stations(shop)
    order = shop.order("Sate Ayam", "Es Teh")

    with shop.core.db.write() as session:
        session.execute(update(Category).where(Category.name == "Minuman").values(station_id=None))

    assert made_at(shop, before) == {"Dapur": ["Es Teh"]}
    assert made_at(shop, order) == {"Dapur": ["Sate Ayam", "Es Teh"]}


def made_at(shop: Shop, order: Order) -> dict[str | None, list[str]]:
    with shop.core.db.read() as session:
        parts = lines_by_station(session, shop.page(order).order)
        return {part.station.name if part.station else None: [line.name for line in part.lines] for part in parts}
