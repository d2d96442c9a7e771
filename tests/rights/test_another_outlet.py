"""Whoever names what is another outlet's finds nothing there and changes nothing at all: on both databases."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.rights.asks import Ask, asks_of
from tests.rights.play import Answer, Player, names_in
from tests.rights.street import EVERYBODY, Street, build_street, open_copy, open_program
from tests.rights.whole_database import changed, rows_of
from tests.running_simulator import Simulator

ROUND: Final = "round"
"""A screen calls the order that is typed there as it likes: one that nobody knows begins with an empty basket of ours."""


def test_an_owner_finds_nothing_across_the_street_and_changes_nothing_there(
    database_url: str, simulator: Simulator
) -> None:
    street = build_street(database_url, simulator)
    with open_program(street) as app:
        asks = [ask for ask in asks_of(app) if ask.is_for_staff and ask.things and ROUND not in ask.things]
        before = rows_of(app.state.core.db)

        answers = Player(app, street, "owner").answers(asks, only=("other", "none"))

        # A wrong PIN is written down, whatever it was to allow.
        done = [row for row in changed(before, rows_of(app.state.core.db)) if "'staff.wrong_pin'" not in row]
        assert done == []
    assert _told_apart(answers) == []
    assert [(one.address, names) for one in answers if (names := names_in(one, "owner"))] == []


def test_nobody_reaches_into_a_neighbours_basket(street: Street, asks: Sequence[Ask], tmp_path: Path) -> None:
    (ask,) = (ask for ask in asks if ask.label == "POST /t/{token}/basket/{line_id} · line_id")
    for who in EVERYBODY:
        with open_copy(street, tmp_path) as app:
            before = rows_of(app.state.core.db)["basket_lines"]

            Player(app, street, who).answers([ask], only=("other",))

            assert rows_of(app.state.core.db)["basket_lines"] == before, who


def _told_apart(answers: Sequence[Answer]) -> list[str]:
    """List what answered otherwise about another outlet's thing than about nothing."""
    words = {(one.ask.label, one.whose): one.word for one in answers}
    return [label for label, whose in words if whose == "other" and words[label, "other"] != words[label, "none"]]
