"""Who gets in, who does not, and for how long."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.base.errors import Busy
from core.events.record import last_event_number
from core.services.staff_door import StaffDoor, device_of
from core.staff.errors import TooManyTries, WrongLogin, WrongPin
from core.staff.models import StaffMember, StaffSession
from core.staff.rights import Right
from tests.staff.conftest import PASSWORD, Wall

HOME, ELSEWHERE = "192.168.1.20", "203.0.113.7"


def fails(door: StaffDoor, times: int, *, username: str = "kasir", address: str = ELSEWHERE, device: str = "") -> None:
    for _ in range(times):
        with pytest.raises(WrongLogin):
            door.sign_in(username, "guess", address, device)


def test_a_right_password_opens_a_session_that_is_known_again(door: StaffDoor) -> None:
    token, member = door.sign_in(" Kasir ", PASSWORD, HOME)

    assert member.name == "Sari"
    found = door.member_of(token)
    assert found is not None
    assert found.username == "kasir"
    assert door.workplace(found).name == "Warung Uji"


def test_one_question_tells_who_is_at_work_where_and_what_is_newest_there(door: StaffDoor) -> None:
    token, member = door.sign_in("kasir", PASSWORD, HOME)

    here = door.at_work(token)
    assert here is not None
    assert (here.member.id, here.outlet.name) == (member.id, "Warung Uji")
    door.sign_in("kasir", PASSWORD, HOME)
    with pytest.raises(WrongPin):
        door.approve(member, "000000", Right.CANCEL_UNPAID)
    later = door.at_work(token)
    assert later is not None
    with door.db.read() as session:
        assert later.newest_event == last_event_number(session, member.outlet_id) > here.newest_event


def test_whoever_has_signed_out_or_was_let_go_is_at_work_nowhere(door: StaffDoor) -> None:
    left, _ = door.sign_in("kasir", PASSWORD, HOME)
    fired, member = door.sign_in("kasir", PASSWORD, HOME)
    door.sign_out(left)
    assert door.at_work(left) is None
    assert door.at_work(fired) is not None

    with door.db.write() as session:
        session.execute(update(StaffMember).where(StaffMember.id == member.id).values(is_active=False))
    assert door.at_work(fired) is None
    assert door.at_work("nobody's") is None


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(door: StaffDoor) -> None:
    with pytest.raises(WrongLogin) as wrong:
        door.sign_in("kasir", "guess", HOME)
    with pytest.raises(WrongLogin) as unknown:
        door.sign_in("nobody", "guess", HOME)

    assert str(wrong.value) == str(unknown.value)


def test_the_database_holds_no_token(door: StaffDoor) -> None:
    token, _ = door.sign_in("kasir", PASSWORD, HOME)

    with door.db.read() as session:
        kept = session.scalars(select(StaffSession.token_digest)).all()
    assert kept == [device_of(token)]
    assert token not in kept
    assert door.member_of(kept[0]) is None


def test_every_sign_in_gets_a_token_of_its_own(door: StaffDoor) -> None:
    first, _ = door.sign_in("kasir", PASSWORD, HOME)
    second, _ = door.sign_in("kasir", PASSWORD, HOME)

    assert first != second


def test_signing_out_ends_the_session_on_the_server(door: StaffDoor) -> None:
    token, _ = door.sign_in("kasir", PASSWORD, HOME)

    door.sign_out(token)
    door.sign_out(token)
    door.sign_out("never seen")

    assert door.member_of(token) is None


def test_a_session_ends_after_twelve_hours_however_busy(door: StaffDoor, clock: Wall) -> None:
    token, _ = door.sign_in("kasir", PASSWORD, HOME)

    for _ in range(23):
        clock.passes(timedelta(minutes=30))
        assert door.member_of(token) is not None
    clock.passes(timedelta(minutes=30))

    assert door.member_of(token) is None


def test_somebody_who_is_let_go_is_out_at_once_and_stays_out(door: StaffDoor) -> None:
    token, _ = door.sign_in("kasir", PASSWORD, HOME)

    door.disable("kasir")

    assert door.member_of(token) is None
    with pytest.raises(WrongLogin):
        door.sign_in("kasir", PASSWORD, HOME)


def test_a_new_password_signs_out_whoever_used_the_old_one(door: StaffDoor) -> None:
    token, _ = door.sign_in("kasir", PASSWORD, HOME)

    door.set_password("kasir", "soto-betawi-2")

    assert door.member_of(token) is None
    with pytest.raises(WrongLogin):
        door.sign_in("kasir", PASSWORD, HOME)
    assert door.sign_in("kasir", "soto-betawi-2", HOME)


def test_after_five_wrong_tries_a_stranger_waits_even_with_the_right_password(door: StaffDoor) -> None:
    fails(door, 5)

    with pytest.raises(TooManyTries):
        door.sign_in("kasir", PASSWORD, ELSEWHERE)


def test_names_that_do_not_exist_run_out_of_tries_in_the_same_way(door: StaffDoor) -> None:
    fails(door, 5, username="nobody")

    with pytest.raises(TooManyTries):
        door.sign_in("nobody", "guess", ELSEWHERE)


def test_a_stranger_on_the_same_wifi_cannot_lock_the_cashier_out(door: StaffDoor) -> None:
    token, _ = door.sign_in("kasir", PASSWORD, HOME)
    door.sign_out(token)

    fails(door, 5, address=HOME)
    with pytest.raises(TooManyTries):
        door.sign_in("kasir", PASSWORD, HOME)

    assert door.sign_in("kasir", PASSWORD, HOME, device_of(token))


def test_a_device_opens_its_lane_for_its_own_person_only(door: StaffDoor) -> None:
    token, member = door.sign_in("kasir", PASSWORD, HOME)
    door.add_member(member.outlet_id, "owner", "Ani", member.role, PASSWORD)

    fails(door, 5, username="owner", address=HOME, device=device_of(token))

    with pytest.raises(TooManyTries):
        door.sign_in("owner", PASSWORD, HOME, device_of(token))


def test_guessing_on_a_stolen_device_ends_too(door: StaffDoor) -> None:
    token, _ = door.sign_in("kasir", PASSWORD, HOME)

    fails(door, 10, device=device_of(token))

    with pytest.raises(TooManyTries):
        door.sign_in("kasir", PASSWORD, HOME, device_of(token))


def test_one_address_cannot_try_one_password_on_everybody(door: StaffDoor) -> None:
    for number in range(30):
        fails(door, 1, username=f"nobody{number}")

    with pytest.raises(TooManyTries):
        door.sign_in("kasir", PASSWORD, ELSEWHERE)


def test_tries_at_the_same_moment_all_count(door: StaffDoor) -> None:
    def guess(_: int) -> type[Exception]:
        try:
            door.sign_in("kasir", "guess", ELSEWHERE)
        except (WrongLogin, TooManyTries, Busy) as problem:
            return type(problem)
        raise AssertionError

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(guess, range(40)))

    assert answers.count(WrongLogin) <= 5
    assert TooManyTries in answers


def test_a_right_password_forgets_the_wrong_ones_before_it(door: StaffDoor) -> None:
    fails(door, 4, address=HOME)
    door.sign_in("kasir", PASSWORD, HOME)
    fails(door, 4, address=HOME)

    assert door.sign_in("kasir", PASSWORD, HOME)


@pytest.mark.parametrize("username", ["", "x" * 5000, "kasir\x00", "' OR 1=1 --", "\ud83c", "\u202ekasir"])
def test_nonsense_for_a_name_is_only_a_wrong_login(door: StaffDoor, username: str) -> None:
    with pytest.raises(WrongLogin):
        door.sign_in(username, "guess", HOME)


@pytest.mark.parametrize("token", ["", "x" * 5000, "\x00", "\ud83c"])
def test_nonsense_for_a_token_is_nobody(door: StaffDoor, token: str) -> None:
    assert door.member_of(token) is None
