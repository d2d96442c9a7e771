"""Setting up a shop that is not the demo."""

import pytest

from core.base.clock import system_clock
from core.base.database import Database
from core.outlets.errors import NoOutlet
from core.services.outlet_desk import BadOutlet, OutletDesk, TableExists
from core.services.table_desk import TableDesk


@pytest.fixture
def desk(database: Database) -> OutletDesk:
    return OutletDesk(database, system_clock)


def test_a_shop_is_set_up_and_changed_later(desk: OutletDesk) -> None:
    first = desk.set_up({"name": "Warung Contoh", "tax_rate": 1_000})
    again = desk.set_up({"service_rate": 500})

    assert first.id == again.id
    assert (again.name, again.tax_rate, again.service_rate) == ("Warung Contoh", 1_000, 500)
    assert again.menu_version > first.menu_version


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"name": "X", "tax_rate": 5_000},
        {"name": "X", "zone": "Mars/Olympus"},
        {"name": "X", "day_cutoff_hour": 24},
    ],
)
def test_a_shop_that_cannot_be_is_refused_whole(desk: OutletDesk, values: dict[str, object]) -> None:
    with pytest.raises(BadOutlet):
        desk.set_up(values)
    with pytest.raises(NoOutlet):
        desk.add_tables(["1"])


def test_tables_are_added_once_each(desk: OutletDesk, database: Database) -> None:
    desk.set_up({"name": "Warung Contoh"})
    desk.add_tables(["1", "2"])
    with pytest.raises(TableExists):
        desk.add_tables(["3", "2"])

    _, tables = TableDesk(database, system_clock).tables()
    assert [table.label for table in tables] == ["1", "2"]
    assert len({table.token for table in tables}) == 2
