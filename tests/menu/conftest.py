from dataclasses import dataclass

import pytest
from sqlalchemy import select

from core.base.clock import system_clock
from core.base.database import Database
from core.events.bus import Bus
from core.events.record import connect_events
from core.menu.models import Category, Dish, Option, OptionGroup
from core.menu.stock import set_portions
from core.outlets.models import Outlet, Table
from core.services.baskets import Baskets
from core.services.menu_desk import MenuDesk
from core.services.menu_files import MenuFiles


@dataclass(frozen=True, slots=True)
class Warung:
    """An outlet with one table and four dishes: one plain, one with choices, one counted, one sold out."""

    db: Database
    menu: MenuDesk
    baskets: Baskets
    files: MenuFiles
    outlet: Outlet
    table: Table
    sate: Dish
    mi: Dish
    rendang: Dish
    teler: Dish
    mild: Option
    hot: Option

    @property
    def token(self) -> str:
        return self.table.token

    def portions(self, dish: Dish) -> int | None:
        with self.db.read() as session:
            return session.scalar(select(Dish.portions).where(Dish.id == dish.id))

    def on_the_menu(self) -> list[str]:
        return [dish.name for category in self.menu.menu(self.token).categories for dish in category.dishes]


@pytest.fixture
def warung(database: Database) -> Warung:
    """A small house on both databases."""
    connect_events(database, Bus())
    now = system_clock()
    with database.write() as session:
        outlet = Outlet(name="Warung Uji", service_rate=500, tax_rate=1000)
        session.add(outlet)
        session.flush()
        table = Table(outlet_id=outlet.id, label="7")
        food = Category(outlet_id=outlet.id, name="Makanan", name_en="Food")
        session.add_all([table, food])
        session.flush()
        names = (("Es Teler", 23_000), ("Sate Ayam", 28_000), ("Mi Goreng", 24_000), ("Rendang", 45_000))
        dishes = [
            Dish(outlet_id=outlet.id, category_id=food.id, name=name, price=price, position=position)
            for position, (name, price) in enumerate(names)
        ]
        dishes[0].is_sold_out = True
        session.add_all(dishes)
        session.flush()
        group = OptionGroup(dish_id=dishes[2].id, name="Level pedas", min_choices=1, max_choices=1)
        session.add(group)
        session.flush()
        options = [Option(group_id=group.id, name="Sedang"), Option(group_id=group.id, name="Pedas", price=2_000)]
        session.add_all(options)
        set_portions(session, dishes[3], 3, now)
        session.refresh(outlet)
    return Warung(
        database,
        MenuDesk(database, system_clock),
        Baskets(database, system_clock),
        MenuFiles(database, system_clock),
        outlet,
        table,
        dishes[1],
        dishes[2],
        dishes[3],
        dishes[0],
        *options,
    )
