from datetime import UTC, datetime

import pytest

from core.events.record import SYSTEM
from core.menu.errors import BadMenuFile, LastOrderOver, NotServedNow
from core.menu.models import Category, Dish
from core.menu.quote import Pick, quote
from core.menu.serving import ServingHours
from core.menu.yaml_file import read_yaml
from core.outlets.models import Outlet
from core.services.menu_files import MenuFormat
from tests.menu.conftest import Warung

BREAKFAST = ServingHours(360, 660, 645)
NIGHT = ServingHours(22 * 60, 120)


def minute(hour: int, minutes: int = 0) -> int:
    return hour * 60 + minutes


@pytest.mark.parametrize(
    ("hours", "at", "can_be_ordered"),
    [
        (BREAKFAST, minute(5, 59), False),
        (BREAKFAST, minute(6), True),
        (BREAKFAST, minute(10, 44), True),
        (BREAKFAST, minute(10, 45), False),
        (NIGHT, minute(21, 59), False),
        (NIGHT, minute(22), True),
        (NIGHT, minute(0), True),
        (NIGHT, minute(1, 59), True),
        (NIGHT, minute(2), False),
        (ServingHours(0, 1440), minute(23, 59), True),
    ],
)
def test_a_part_of_the_menu_opens_and_closes_with_the_minute(
    hours: ServingHours, at: int, can_be_ordered: bool
) -> None:
    assert hours.covers(at) is can_be_ordered


def test_after_the_last_order_it_is_still_served() -> None:
    assert BREAKFAST.is_served(minute(10, 50))
    assert not BREAKFAST.is_served(minute(11))


@pytest.mark.parametrize(
    ("zone", "utc_hour", "utc_minute"),
    [("Asia/Jakarta", 3, 45), ("Asia/Makassar", 2, 45), ("Asia/Jayapura", 1, 45)],
)
def test_the_quote_says_when_a_dish_is_served_by_the_outlets_own_clock(
    zone: str, utc_hour: int, utc_minute: int
) -> None:
    category = Category(name="Sarapan")
    category.hours = BREAKFAST
    dish = Dish(
        labels=[],
        id=1,
        name="Bubur ayam",
        price=15_000,
        is_listed=True,
        is_sold_out=False,
        category=category,
        option_groups=[],
    )
    outlet = Outlet(zone=zone, service_rate=0, tax_rate=0, service_is_taxed=True, cash_coin=0)
    last_order = datetime(2026, 12, 7, utc_hour, utc_minute, tzinfo=UTC)

    assert quote({1: dish}, [Pick(1, 1)], outlet, at=last_order.replace(minute=44)).subtotal == 15_000
    with pytest.raises(LastOrderOver, match=r"last orders were at 10:45\. It is served from 06:00 to 11:00"):
        quote({1: dish}, [Pick(1, 1)], outlet, at=last_order)
    with pytest.raises(NotServedNow, match="Bubur ayam is served from 06:00 to 11:00"):
        quote({1: dish}, [Pick(1, 1)], outlet, at=last_order.replace(hour=utc_hour + 1))


@pytest.mark.parametrize("form", [MenuFormat.YAML, MenuFormat.CSV])
def test_hours_go_out_with_the_menu_and_come_back(warung: Warung, form: MenuFormat) -> None:
    with warung.db.write() as session:
        session.get_one(Category, warung.sate.category_id).hours = BREAKFAST
    text = warung.files.export_menu(form)
    with warung.db.write() as session:
        session.get_one(Category, warung.sate.category_id).hours = NIGHT

    warung.files.import_menu(text, form, by=SYSTEM)

    assert hours_of(warung) == BREAKFAST
    assert "06:00-11:00" in text
    assert "10:45" in text


def test_a_file_that_says_nothing_of_hours_leaves_them_and_the_whole_menu_clears_them(warung: Warung) -> None:
    text = warung.files.export_menu(MenuFormat.YAML)
    with warung.db.write() as session:
        session.get_one(Category, warung.sate.category_id).hours = BREAKFAST

    warung.files.import_menu(text, MenuFormat.YAML, by=SYSTEM)
    assert hours_of(warung) == BREAKFAST

    warung.files.import_menu(text, MenuFormat.YAML, by=SYSTEM, replace_all=True)
    assert hours_of(warung) is None


def test_always_takes_the_hours_away(warung: Warung) -> None:
    with warung.db.write() as session:
        session.get_one(Category, warung.sate.category_id).hours = BREAKFAST

    warung.files.import_menu(menu_with("hours: always"), MenuFormat.YAML, by=SYSTEM)

    assert hours_of(warung) is None


def test_yaml_without_quotes_means_what_it_says() -> None:
    (category,) = read_yaml(menu_with("hours: 06:00-11:00\n    last_order: 10:45"))

    assert category.hours == BREAKFAST


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ("hours: morning", "hours"),
        ("hours: 06:00-06:00", "hours"),
        ("hours: '06:00-11:00'\n    last_order: '11:30'", "last_order"),
        ("hours: '06:00-11:00'\n    last_order: soon", "last_order"),
        ("last_order: '10:45'", "last_order"),
        ("hours: '22:00-02:00'\n    last_order: '03:00'", "last_order"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_their_place(fields: str, named: str) -> None:
    with pytest.raises(BadMenuFile, match=f"line 2, {named}"):
        read_yaml(menu_with(fields))


def menu_with(fields: str) -> str:
    return f"categories:\n  - name: Makanan\n    {fields}\n    dishes:\n      - {{name: Sate Ayam, price: 28000}}\n"


def hours_of(warung: Warung) -> ServingHours | None:
    with warung.db.read() as session:
        return session.get_one(Category, warung.sate.category_id).hours
