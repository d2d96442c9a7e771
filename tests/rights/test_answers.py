"""Every route of the running program, asked by everybody, answers as the table says."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.rights.asks import Ask, in_playing_order
from tests.rights.play import Player, names_in
from tests.rights.recipes import LEFT_OUT, RECIPES, VARIANTS
from tests.rights.street import EVERYBODY, Identity, Street, open_copy
from tests.rights.table import PAGE, Table, differences, read, table_of, written


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_answer_is_as_listed_and_names_nobody_elses(
    street: Street, listed: Table, tmp_path: Path, who: Identity, asks: Sequence[Ask]
) -> None:
    with open_copy(street, tmp_path) as app:
        answers = Player(app, street, who).answers(in_playing_order(asks))

    found = [*differences(listed, table_of({who: answers}), who)]
    assert found == [], "\n".join(["Read each line; then python -m tests.rights --write", *found])
    assert [(one.address, names) for one in answers if (names := names_in(one, who))] == []


def test_every_route_has_its_rows_and_every_row_its_route(listed: Table, asks: Sequence[Ask]) -> None:
    assert sorted(set(listed) ^ {ask.label for ask in asks}) == []


def test_what_is_said_of_a_route_is_said_of_one_that_is_there(asks: Sequence[Ask]) -> None:
    routes = {ask.route for ask in asks}

    assert [route for route in [*RECIPES, *VARIANTS] if route not in routes] == []
    assert [*LEFT_OUT] == ["ALL /static"]


def test_the_page_is_written_as_it_is_read(listed: Table, asks: Sequence[Ask]) -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert written(listed, [ask.label for ask in asks]) == page
    assert read(page) == listed
