"""A socket opens for our own pages only, whoever asks, and whichever it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.rights.asks import Ask
from tests.rights.play import OPEN, Player
from tests.rights.street import EVERYBODY, Identity, Street, open_copy

FOREIGN: Final = ("https://evil.example", "http://127.0.0.1:8100", "http://127.0.0.1.evil.example", "null", "")
REFUSED: Final = "1008"


def sockets(asks: Sequence[Ask]) -> list[Ask]:
    found = [ask for ask in asks if ask.method == "WS"]
    assert len(found) >= 4
    return found


@pytest.mark.parametrize("origin", FOREIGN, ids=lambda origin: origin or "none")
def test_no_socket_opens_for_another_website(street: Street, asks: Sequence[Ask], tmp_path: Path, origin: str) -> None:
    with open_copy(street, tmp_path) as app:
        for who in EVERYBODY:
            answers = Player(app, street, who, {"Origin": origin}).answers(sockets(asks), only=("own",))

            assert [(one.ask.label, one.word) for one in answers if one.word != REFUSED] == [], who


@pytest.mark.parametrize(("who", "route"), [("owner", "WS /cashier/live"), ("tablet", "WS /kiosk/live")])
def test_the_same_socket_opens_for_our_own(
    street: Street, asks: Sequence[Ask], tmp_path: Path, who: Identity, route: str
) -> None:
    with open_copy(street, tmp_path) as app:
        (mine,) = (ask for ask in sockets(asks) if ask.label == route)

        assert [one.word for one in Player(app, street, who).answers([mine], only=("own",))] == [OPEN]
