"""Divides a shop's kitchen into two stations, for tests about who makes what."""

from sqlalchemy import update

from core.menu.models import Category, Dish
from core.outlets.models import Station
from tests.shop import Shop


def open_two_stations(shop: Shop) -> tuple[Station, Station]:
    """Make tea at the bar, and everything else in the kitchen."""
    with shop.core.db.write() as session:
        kitchen = Station(outlet_id=shop.outlet.id, name="Dapur", position=0)
        bar = Station(outlet_id=shop.outlet.id, name="Bar", position=1)
        session.add_all([kitchen, bar])
        session.flush()
        session.execute(update(Category).values(station_id=kitchen.id))
        drinks = Category(outlet_id=shop.outlet.id, name="Minuman", name_en="Drinks", position=1, station_id=bar.id)
        session.add(drinks)
        session.flush()
        session.execute(update(Dish).where(Dish.name == "Es Teh").values(category_id=drinks.id))
    return kitchen, bar
