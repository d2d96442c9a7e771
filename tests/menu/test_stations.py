import pytest
from sqlalchemy import select

from core.events.record import SYSTEM
from core.menu.errors import BadMenuFile
from core.menu.models import Category
from core.menu.queries import stations_of
from core.menu.yaml_file import read_yaml
from core.outlets.models import Station
from core.services.menu_files import MenuFormat
from tests.menu.conftest import Warung

TWO_STATIONS = """
categories:
  - name: Makanan
    station: Dapur
    dishes: [{name: Sate Ayam, price: 28000}]
  - name: Minuman
    station: Bar
    dishes: [{name: Es Teh, price: 7000}]
"""


def test_a_menu_file_says_at_which_station_a_category_is_made(warung: Warung) -> None:
    warung.files.import_menu(TWO_STATIONS, MenuFormat.YAML, SYSTEM)

    assert stations(warung) == ["Dapur", "Bar"]
    assert station_of_category(warung, "Minuman") == "Bar"


def test_a_csv_file_says_the_same(warung: Warung) -> None:
    text = "category,category_station,dish,price\nMakanan,Dapur,Sate Ayam,28000\nMinuman,Bar,Es Teh,7000\n"

    warung.files.import_menu(text, MenuFormat.CSV, SYSTEM)

    assert stations(warung) == ["Dapur", "Bar"]


@pytest.mark.parametrize("form", list(MenuFormat))
def test_stations_survive_their_way_through_a_file(warung: Warung, form: MenuFormat) -> None:
    warung.files.import_menu(TWO_STATIONS, MenuFormat.YAML, SYSTEM)
    exported = warung.files.export_menu(form)

    warung.files.import_menu(exported, form, SYSTEM, replace_all=True)

    assert (stations(warung), station_of_category(warung, "Makanan")) == (["Dapur", "Bar"], "Dapur")
    assert warung.files.export_menu(form) == exported


def test_a_file_that_does_not_speak_of_stations_leaves_them_and_the_whole_menu_clears_them(warung: Warung) -> None:
    silent = "category,dish,price\nMakanan,Sate Ayam,28000\nMinuman,Es Teh,7000\n"
    warung.files.import_menu(TWO_STATIONS, MenuFormat.YAML, SYSTEM)

    warung.files.import_menu(silent, MenuFormat.CSV, SYSTEM)
    assert stations(warung) == ["Dapur", "Bar"]

    warung.files.import_menu(silent, MenuFormat.CSV, SYSTEM, replace_all=True)
    assert stations(warung) == []


def test_none_takes_a_station_away_and_one_without_a_category_is_no_station(warung: Warung) -> None:
    warung.files.import_menu(TWO_STATIONS, MenuFormat.YAML, SYSTEM)

    warung.files.import_menu(TWO_STATIONS.replace("Bar", "none"), MenuFormat.YAML, SYSTEM)

    assert stations(warung) == ["Dapur"]
    assert station_of_category(warung, "Minuman") is None


def test_the_same_station_in_other_letters_is_no_second_one(warung: Warung) -> None:
    warung.files.import_menu(TWO_STATIONS, MenuFormat.YAML, SYSTEM)

    warung.files.import_menu(TWO_STATIONS.replace("Bar", "BAR"), MenuFormat.YAML, SYSTEM)

    with warung.db.read() as session:
        assert session.scalars(select(Station.name).order_by(Station.id)).all() == ["Dapur", "Bar"]


def test_the_whole_menu_sets_the_order_of_the_stations(warung: Warung) -> None:
    warung.files.import_menu(TWO_STATIONS, MenuFormat.YAML, SYSTEM)
    turned = TWO_STATIONS.replace("Dapur", "?").replace("Bar", "Dapur").replace("?", "Bar")

    warung.files.import_menu(turned, MenuFormat.YAML, SYSTEM, replace_all=True)

    assert stations(warung) == ["Bar", "Dapur"]


def test_a_station_with_a_name_too_long_is_refused_with_its_place() -> None:
    with pytest.raises(BadMenuFile, match="line 3, station"):
        read_yaml(TWO_STATIONS.replace("Dapur", "x" * 41))


def stations(warung: Warung) -> list[str]:
    with warung.db.read() as session:
        return [station.name for station in stations_of(session, warung.outlet.id)]


def station_of_category(warung: Warung, name: str) -> str | None:
    wanted = select(Station.name).join(Category, Category.station_id == Station.id).where(Category.name == name)
    with warung.db.read() as session:
        return session.scalar(wanted)
