import re
from pathlib import Path
from xml.dom import minidom

from sqlalchemy import func, select

from core.base.clock import system_clock
from core.base.database import Database
from core.ledger.models import Account
from core.ledger.queries import balance_of
from core.menu.yaml_file import read_yaml
from core.outlets.models import Outlet, Table
from core.outlets.queries import first_outlet, tables_of
from core.services.menu_desk import MenuDesk
from core.services.seed import PEOPLE, seed_demo
from core.shifts.queries import open_shift
from core.staff.queries import member_by_username
from core.staff.secrets import check_secret

ROOT = Path(__file__).parents[2]
MENU = read_yaml((ROOT / "core/demo/menu.yaml").read_text(encoding="utf-8"))
DISHES = [dish for category in MENU for dish in category.dishes]
PICTURES = ROOT / "static/kiosk/dishes"


def test_the_demos_menu_is_a_whole_one() -> None:
    assert len(MENU) == 8
    assert len(DISHES) >= 60
    assert all(dish.name_en and dish.description and dish.description_en for dish in DISHES)
    assert all(5_000 <= dish.price <= 85_000 and dish.price % 1_000 == 0 for dish in DISHES)
    assert all({"halal", "non_halal"} & set(dish.labels) for dish in DISHES)
    assert [dish.name for dish in DISHES if dish.sold_out] == ["Sop iga"]
    assert [dish.portions for dish in DISHES if dish.portions is not None] == [5]
    asked = {group.name: (group.min_choices, group.max_choices) for dish in DISHES for group in dish.groups}
    assert asked["Level pedas"] == (1, 1)
    assert asked["Tambahan"] == (0, 3)
    assert {"Ukuran", "Es atau panas"} <= set(asked)


def test_every_dish_has_a_picture_of_its_own_and_no_picture_is_left_over() -> None:
    assert {dish.picture for dish in DISHES} == {path.name for path in PICTURES.iterdir()}
    assert len({dish.picture for dish in DISHES}) == len(DISHES)


def test_the_pictures_are_small_and_ask_nobody_for_anything() -> None:
    for path in PICTURES.iterdir():
        text = path.read_text()
        drawing = minidom.parseString(text).documentElement  # noqa: S318 - our own drawings
        assert len(text) <= 2_500, path.name
        assert drawing is not None
        assert drawing.getAttribute("viewBox") == "0 0 96 96"
        assert "style" not in text
        assert "<script" not in text
        assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', text))
        assert text.count("http") == 1, "the name of SVG itself"


def test_the_demo_is_set_up_once_and_open_for_cash(database: Database) -> None:
    assert seed_demo(database, system_clock)
    assert not seed_demo(database, system_clock)

    with database.read() as session:
        outlet = first_outlet(session)
        tables = tables_of(session, outlet.id)
        shift = open_shift(session, outlet.id)
        assert session.scalar(select(func.count()).select_from(Outlet)) == 1
        assert session.scalar(select(func.count()).select_from(Table)) == 12
        assert [table.label for table in tables] == [str(number) for number in range(1, 13)]
        assert (outlet.name, outlet.service_rate, outlet.tax_rate, outlet.cash_coin) == ("Warung Meja", 500, 1000, 100)
        assert (outlet.merchant_name, outlet.nmid) == ("WARUNG MEJA", "ID1020000000017")
        assert shift is not None
        assert shift.opening_float == 200_000
        assert balance_of(session, Account.DRAWER) == 200_000
        for person in PEOPLE:
            member = member_by_username(session, person.username)
            assert member is not None
            assert (member.role, member.outlet_id) == (person.role, outlet.id)
            assert check_secret(member.password_hash, "meja-demo-1234")
            assert check_secret(member.pin_hash, person.pin)
    menu = MenuDesk(database, system_clock).menu(tables[0].token)
    assert sum(len(category.dishes) for category in menu.categories) == len(DISHES)
