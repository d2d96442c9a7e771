"""Wrong tries are counted by all processes together, over restarts, and let go of again: on both databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from time import thread_time

import pytest
from sqlalchemy import func, select, update

from core.base.database import Database
from core.base.errors import Busy
from core.events.models import Event
from core.services.own_account import OwnAccount
from core.services.people import People
from core.services.staff_door import StaffDoor, device_of
from core.staff.errors import NotAllowed, TooManyTries, WrongLogin, WrongPin, WrongPinToSwitch
from core.staff.models import StaffMember
from core.staff.pins import hash_with_key, pin_fits
from core.staff.rights import Right
from core.staff.secrets import _gate, check_secret
from core.staff.tries import CountedTries
from tests.cheap_secrets import cheap_hash
from tests.staff.conftest import KEY, PASSWORD, Wall, actor, member

HOME, ELSEWHERE = "192.168.1.20", "203.0.113.7"
PIN, WRONG = "135790", "000000"


@contextmanager
def another_process(door: StaffDoor) -> Iterator[StaffDoor]:
    """Open the same database as a program of its own would."""
    database = Database(door.db.url.render_as_string(hide_password=False))
    yield StaffDoor(database, door.clock, lambda: KEY)
    database.close()


def types_a_pin(door: StaffDoor, who: str, pin: str = WRONG) -> str:
    """Have a PIN typed on somebody's screen to have money given back; tells how it ended."""
    try:
        door.approve(member(door, who), pin, Right.GIVE_MONEY_BACK)
    except (WrongPin, TooManyTries, Busy) as problem:
        return type(problem).__name__
    return "allowed"


def test_what_one_process_counted_another_one_knows(staffed: StaffDoor) -> None:
    with another_process(staffed) as other:
        answers = [types_a_pin(door, "kasir") for door in (staffed, other) * 3]

    assert answers == ["WrongPin"] * 5 + ["TooManyTries"]
    # Nor is the right one taken, wherever it is typed.
    assert types_a_pin(staffed, "kasir", PIN) == "TooManyTries"


def test_a_restart_forgets_nothing(staffed: StaffDoor) -> None:
    for _ in range(5):
        types_a_pin(staffed, "kasir")

    with another_process(staffed) as restarted:
        assert types_a_pin(restarted, "kasir", PIN) == "TooManyTries"


def test_a_hundred_tries_at_the_same_moment_are_a_hundred(staffed: StaffDoor) -> None:
    with another_process(staffed) as other, ThreadPoolExecutor(12) as guessers:
        doors = (staffed, other) * 50
        answers = list(guessers.map(lambda door: types_a_pin(door, "kasir"), doors))

    assert answers.count("allowed") == 0
    assert answers.count("WrongPin") <= 5
    assert answers.count("WrongPin") + answers.count("TooManyTries") + answers.count("Busy") == 100


def test_guesses_spread_over_everybody_on_a_screen_are_twenty_a_day(staffed: StaffDoor) -> None:
    token, _ = staffed.sign_in("kasir", PASSWORD, HOME)
    names = ["ratna", "bima", "dewi", "eko", "wayan", "nobody"] * 20

    def guess(username: str) -> str:
        try:
            staffed.switch(token, username, WRONG)
        except (WrongPinToSwitch, TooManyTries, Busy) as problem:
            return type(problem).__name__
        return "took over"

    with ThreadPoolExecutor(12) as guessers:
        answers = list(guessers.map(guess, names))

    assert "took over" not in answers
    assert answers.count("WrongPinToSwitch") <= 20


def test_signing_in_anew_brings_no_new_guesses(staffed: StaffDoor, clock: Wall) -> None:
    """Whoever works here knows a password: each browser without a cookie would be a screen of its own, with five tries."""
    answers = []
    for _ in range(15):
        token, _ = staffed.sign_in("wayan", PASSWORD, HOME)
        for _ in range(4):
            try:
                staffed.switch(token, "dewi", WRONG)
            except (WrongPinToSwitch, TooManyTries) as problem:
                answers.append(type(problem))

    assert answers == [WrongPinToSwitch] * 40 + [TooManyTries] * 20
    # Nobody else is kept out by it, nor they themselves for longer than a day.
    others, _ = staffed.sign_in("eko", PASSWORD, HOME)
    assert staffed.switch(others, "dewi", PIN)[1].username == "dewi"
    clock.passes(timedelta(days=1))
    again, _ = staffed.sign_in("wayan", PASSWORD, HOME)
    assert staffed.switch(again, "dewi", PIN)[1].username == "dewi"


@pytest.mark.parametrize("way", ["approve", "confirm", "switch", "password", "own password"])
def test_a_try_that_nobody_looked_at_does_not_count(
    staffed: StaffDoor, clock: Wall, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    token, _ = staffed.sign_in("dewi", PASSWORD, HOME)
    account = OwnAccount(staffed.db, clock, lambda: KEY)
    ways: dict[str, Callable[[], object]] = {
        "approve": lambda: staffed.approve(member(staffed, "kasir"), PIN, Right.GIVE_MONEY_BACK),
        "confirm": lambda: staffed.confirm(member(staffed, "dewi"), PIN),
        "switch": lambda: staffed.switch(token, "eko", PIN),
        "password": lambda: staffed.sign_in("ratna", PASSWORD, ELSEWHERE),
        "own password": lambda: account.change_pin(token, PASSWORD, PIN),
    }
    monkeypatch.setattr("core.staff.secrets._LONGEST_WAIT", 0.001)
    with _gate, _gate:
        # As in a rush of sign-ins on a small machine.
        for _ in range(31):
            with pytest.raises(Busy):
                ways[way]()

    ways[way]()


def test_what_was_looked_at_once_counts_however_it_ended(staffed: StaffDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    """One PIN is laid beside those of several people: a crowd may not hide what the first of them said."""
    looked: list[str] = []

    def look(key: str, hashed: str, pin: str) -> bool:
        looked.append(hashed)
        if len(looked) % 2 == 0:
            raise Busy
        return pin_fits(key, hashed, pin)

    monkeypatch.setattr("core.services.staff_door.pin_fits", look)

    assert [types_a_pin(staffed, "kasir") for _ in range(6)] == ["Busy"] * 5 + ["TooManyTries"]


def test_guesses_spread_over_many_addresses_end_at_the_name(staffed: StaffDoor) -> None:
    answers = []
    for number in range(60):
        try:
            staffed.sign_in("ratna", "guess", f"203.0.113.{number}")
        except (WrongLogin, TooManyTries) as problem:
            answers.append(type(problem))

    assert answers == [WrongLogin] * 50 + [TooManyTries] * 10


def test_a_day_of_guessing_tries_twenty_pins(staffed: StaffDoor, clock: Wall) -> None:
    """All million would take 137 years."""
    answers = []
    for _ in range(24 * 10):
        answers.append(types_a_pin(staffed, "kasir"))
        clock.passes(timedelta(minutes=6))

    assert answers == ["WrongPin"] * 20 + ["TooManyTries"] * 220


def test_a_right_pin_takes_only_its_own_try_from_the_days_count(staffed: StaffDoor, clock: Wall) -> None:
    for _ in range(4):
        for _ in range(4):
            assert types_a_pin(staffed, "kasir") == "WrongPin"
        assert types_a_pin(staffed, "kasir", PIN) == "allowed"
    for _ in range(4):
        assert types_a_pin(staffed, "kasir") == "WrongPin"

    clock.passes(timedelta(minutes=16))
    assert types_a_pin(staffed, "kasir", PIN) == "TooManyTries"
    clock.passes(timedelta(days=1))
    assert types_a_pin(staffed, "kasir", PIN) == "allowed"


def test_a_clock_that_was_wrong_for_a_while_locks_nobody_out_for_as_long(staffed: StaffDoor, clock: Wall) -> None:
    clock.passes(timedelta(days=365))
    for _ in range(5):
        types_a_pin(staffed, "kasir")
    clock.passes(timedelta(days=-365))

    assert types_a_pin(staffed, "kasir", PIN) == "allowed"


def test_what_is_over_is_thrown_away(staffed: StaffDoor, clock: Wall) -> None:
    for number in range(30):
        with pytest.raises(WrongLogin):
            staffed.sign_in(f"nobody{number}", "guess", f"203.0.113.{number}")
    clock.passes(timedelta(days=1))

    types_a_pin(staffed, "kasir")

    with staffed.db.read() as session:
        assert session.scalar(select(func.count()).select_from(CountedTries)) == 2


def test_a_manager_lets_somebody_try_again_at_once(staffed: StaffDoor, clock: Wall) -> None:
    people = People(staffed.db, clock)
    for _ in range(5):
        types_a_pin(staffed, "kasir")
    assert [one.member.username for one in people.of(member(staffed, "dewi")) if one.is_held] == ["kasir"]

    staffed.release("kasir", actor(staffed, "dewi"))
    staffed.release("kasir", actor(staffed, "dewi"))

    assert types_a_pin(staffed, "kasir", PIN) == "allowed"
    assert not any(one.is_held for one in people.of(member(staffed, "dewi")))
    with staffed.db.read() as session:
        told = session.scalars(select(Event).where(Event.kind == "staff.released")).all()
    assert [event.by for event in told] == [str(actor(staffed, "dewi"))]


def test_a_cashier_lets_nobody_try_again(staffed: StaffDoor) -> None:
    with pytest.raises(NotAllowed):
        staffed.release("wayan", actor(staffed, "kasir"))


def test_wrong_pins_are_told_wherever_they_are_typed(staffed: StaffDoor) -> None:
    token, _ = staffed.sign_in("kasir", PASSWORD, HOME)
    with pytest.raises(WrongPinToSwitch):
        staffed.switch(token, "dewi", WRONG)
    with pytest.raises(WrongPin):
        staffed.confirm(member(staffed, "dewi"), WRONG)
    types_a_pin(staffed, "kasir")

    with staffed.db.read() as session:
        told = session.scalars(select(Event).where(Event.kind == "staff.wrong_pin").order_by(Event.id)).all()
    assert [event.data["username"] for event in told] == ["kasir", "dewi", "kasir"]


def test_whoever_signs_in_anew_leaves_no_session_behind(staffed: StaffDoor) -> None:
    planted, _ = staffed.sign_in("wayan", PASSWORD, ELSEWHERE)

    mine, _ = staffed.sign_in("kasir", PASSWORD, HOME, device_of(planted))

    assert staffed.member_of(planted) is None
    assert staffed.member_of(mine) is not None


def test_a_stolen_database_tries_no_pin(staffed: StaffDoor) -> None:
    staffed.set_pin("kasir", PIN)

    kept = member(staffed, "kasir").pin_hash
    assert not check_secret(kept, PIN)
    assert not check_secret(kept.removeprefix("key:"), PIN)
    assert not pin_fits("another key, of another program, 32+", kept, PIN)
    assert pin_fits(KEY, kept, PIN)


def test_a_pin_of_an_earlier_version_is_good_and_kept_with_the_key_from_then_on(staffed: StaffDoor) -> None:
    with staffed.db.write() as session:
        session.execute(update(StaffMember).where(StaffMember.username == "dewi").values(pin_hash=cheap_hash("864209")))

    assert types_a_pin(staffed, "kasir", "864209") == "allowed"

    kept = member(staffed, "dewi").pin_hash
    assert not check_secret(kept.removeprefix("key:"), "864209")
    assert types_a_pin(staffed, "kasir", "864209") == "allowed"


@pytest.mark.parametrize("way", ["password", "pin"])
def test_a_name_that_nobody_has_costs_as_much_as_one_that_somebody_has(staffed: StaffDoor, way: str) -> None:
    """In this thread's own time on the processor: how busy the machine is does not count."""
    staffed.set_password("dewi", "soto-betawi-2")
    with staffed.db.write() as session:
        session.execute(
            update(StaffMember).where(StaffMember.username == "dewi").values(pin_hash=hash_with_key(KEY, PIN))
        )
    tokens = [staffed.sign_in("kasir", PASSWORD, f"192.168.1.{number}")[0] for number in range(8)]

    def guess(username: str, number: int) -> None:
        if way == "password":
            staffed.sign_in(username, "guess", f"198.51.100.{number}")
        staffed.switch(tokens[number], username, WRONG)

    def cost(username: str, number: int) -> float:
        began = thread_time()
        with pytest.raises((WrongLogin, WrongPinToSwitch)):
            guess(username, number)
        return thread_time() - began

    cost("nobody", 7)
    known, unknown = (median(cost(username, number) for number in range(7)) for username in ("dewi", "nobody"))

    assert 0.6 < unknown / known < 1.7
