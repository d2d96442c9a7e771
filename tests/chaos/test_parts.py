"""The frame of the long programme: who plays, for how long, and what counts as broken."""

import pytest

from tests.chaos.figures import Figures, as_table
from tests.chaos.parts import PARTS, NoSuchPart, Part, chosen, share_out


def test_the_minutes_are_shared_out_whole() -> None:
    shares = share_out(60, PARTS)

    assert sum(shares.values()) == pytest.approx(60)
    assert min(shares.values()) > 0.5


def test_an_hour_is_enough_for_two_hundred_kills() -> None:
    from tests.chaos.crashloop import KILLS_A_MINUTE

    assert share_out(60, PARTS)["crashloop"] * KILLS_A_MINUTE >= 200


def test_parts_that_are_not_written_are_left_out_unless_asked_for() -> None:
    assert all(part.exists for part in chosen([]))
    assert not Part("ghosts", "tests.chaos.ghosts", 1).exists

    with pytest.raises(NoSuchPart, match="no part 'ghosts'"):
        chosen(["crashloop", "ghosts"])


def test_every_part_that_is_there_can_be_played() -> None:
    assert all(callable(part.load().run) for part in chosen([]))


def test_every_fault_found_stands_below_the_table() -> None:
    rows = [
        Figures("torture", "sqlite", {"deliveries": 5_000}, slowest_recovery=1.25),
        Figures("faults", "postgresql", {"runs": 60}, ["one_open_attempt: 7", "a page was a 500"]),
    ]

    drawn = as_table(rows)

    assert "deliveries 5,000" in drawn
    assert "1.2 s" in drawn
    assert drawn.endswith("✗ faults on postgresql: one_open_attempt: 7\n✗ faults on postgresql: a page was a 500")
