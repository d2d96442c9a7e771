"""A number in an address may be any number: too large for every key, it is answered like what is not there."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from tests.rights.asks import Ask
from tests.rights.play import Player
from tests.rights.street import Identity, Street, open_copy
from tests.rights.table import Table, all_three

TOO_LARGE: Final = str(10**20)


@pytest.mark.parametrize("who", ["guest", "tablet", "owner"])
def test_a_number_that_no_key_can_be_is_not_there(
    street: Street, listed: Table, asks: Sequence[Ask], tmp_path: Path, who: Identity
) -> None:
    numbers = {name: TOO_LARGE for name, thing in street.things["own"].items() if thing.isdecimal()}
    named = [ask for ask in asks if numbers.keys() & re.findall(r"\{(\w+)\}", ask.address.partition("?")[0])]
    with open_copy(street, tmp_path) as app:
        nobodys = {**street.things, "none": {**street.things["none"], **numbers}}
        player = Player(app, replace(street, things=nobodys), who)

        answers = player.answers(named, only=("none",))

    assert {one.ask.label: one.word for one in answers} == {
        ask.label: all_three(listed[ask.label][who])[2] for ask in named
    }
