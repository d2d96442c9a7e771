"""What must hold for every line of the table: a wrong one cannot be waved through."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from tests.rights.asks import Ask
from tests.rights.play import FIRST_SCREEN, LOGIN, OPEN
from tests.rights.street import OUTSIDE, STAFF
from tests.rights.table import Table, all_three

FOR_ANYBODY: Final = {
    "GET /cashier/login": "200",
    "POST /cashier/login": "401",
    "GET /cashier/login/code": LOGIN,
    "POST /cashier/login/code": "401",
    "POST /cashier/logout": LOGIN,
}
"""The way in and out. Everything else of the staff's leads there, or closes the socket."""
SHUT_OUT: Final = {"401", "403", LOGIN, FIRST_SCREEN}
NOT_READY: Final = "GET /readyz"
"""No worker turns behind the program of this play, and that is what it says."""
ONE_RUNG_ONLY: Final[Mapping[str, str]] = {}
"""Rows that somebody may use and whoever stands above them may not, each with the reason. There is none."""


def test_what_is_another_outlets_is_answered_like_what_is_not_there(listed: Table, asks: Sequence[Ask]) -> None:
    told = [
        (ask.label, who)
        for ask in asks
        if not ask.is_key
        for who, words in listed[ask.label].items()
        if all_three(words)[1] != all_three(words)[2]
    ]

    assert told == []


def test_a_key_opens_to_whoever_knows_it_and_to_nobody_who_guesses(listed: Table, asks: Sequence[Ask]) -> None:
    for ask in (ask for ask in asks if ask.is_key):
        for words in listed[ask.label].values():
            own, other, none = all_three(words)
            # A guest with a basket is told another price; whoever has none, that it is empty.
            assert own == other or ask.label == "POST /t/{token}/orders", ask.label
            assert none == ("1008" if ask.method == "WS" else "404"), ask.label


def test_a_stranger_gets_nothing_of_the_staffs_but_the_login(listed: Table, asks: Sequence[Ask]) -> None:
    for ask in (ask for ask in asks if ask.is_for_staff):
        expected = FOR_ANYBODY.get(ask.label, "1008" if ask.method == "WS" else LOGIN)
        for who in OUTSIDE:
            assert set(listed[ask.label][who]) == {expected}, f"{who} {ask.label}"


def test_only_a_key_or_a_session_reads_payments_and_only_a_tablet_is_a_kiosk(listed: Table) -> None:
    payments = listed["GET /api/v1/payments"]
    assert {who for who, words in payments.items() if words == ("200",)} == {"program", "cashier", "manager", "owner"}

    free = {"GET /kiosk", "GET /kiosk/pairing", "POST /kiosk/demo"}
    for label, row in listed.items():
        if label.split(" ")[1].startswith("/kiosk") and label not in free:
            others = {words for who, words in row.items() if who != "tablet"}
            assert others == {("1008",) if label.startswith("WS") else (FIRST_SCREEN,)}, label


def test_whoever_may_not_is_told_so_before_anything_is_looked_up(listed: Table, asks: Sequence[Ask]) -> None:
    for ask in (ask for ask in asks if not ask.is_key):
        for who, words in listed[ask.label].items():
            assert len(set(words)) == 1 or not SHUT_OUT & set(words), f"{who} {ask.label}"


def test_nobody_may_less_than_those_below_them(listed: Table) -> None:
    for label, row in listed.items():
        for below, above in pairwise(STAFF):
            is_less = _may(row[below]) and not _may(row[above])
            assert not is_less or label in ONE_RUNG_ONLY, f"{above} {label}"


def test_each_step_of_the_ladder_opens_something(listed: Table) -> None:
    opened = [sum(_may(row[who]) for row in listed.values()) for who in STAFF]

    assert opened == sorted(set(opened))


def test_nothing_answers_with_a_fault_of_ours_or_because_too_much_was_asked(listed: Table) -> None:
    words = {(label, word) for label, row in listed.items() for cell in row.values() for word in cell}
    assert {label for label, word in words if word.startswith("5")} == {NOT_READY}
    assert {label for label, word in words if word == "429"} == set()
    assert OPEN in {word for _, word in words}


def _may(words: Sequence[str]) -> bool:
    return not SHUT_OUT & set(words) and words[0] != "1008"
