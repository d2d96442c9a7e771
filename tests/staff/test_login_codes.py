"""Two-step sign-in: the password, then a code of the owner's phone, each code once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, text

from core.base.errors import MejaError
from core.events.models import Event
from core.services.login_codes import LoginCodes
from core.services.staff_door import StaffDoor, device_of
from core.staff.errors import (
    CodeNeeded,
    CodesAreOff,
    CodesAreOn,
    LoginIsOver,
    NotAllowed,
    TooManyTries,
    WrongCode,
    WrongLogin,
    WrongOwnPassword,
)
from core.staff.models import Role
from core.staff.totp import SECONDS
from tests.staff.conftest import KEY, PASSWORD, Wall, actor, member

HOME, ELSEWHERE = "192.168.1.20", "203.0.113.7"
LATER = timedelta(seconds=SECONDS)


@pytest.fixture
def codes(staffed: StaffDoor, clock: Wall) -> LoginCodes:
    return LoginCodes(staffed.db, clock, lambda: KEY)


class Phone:
    """The owner's, with an authenticator app on it."""

    def __init__(self, secret: str, clock: Wall) -> None:
        self.app = pyotp.TOTP(secret)
        self.clock = clock

    @property
    def code(self) -> str:
        return self.app.at(self.clock())


def switched_on(door: StaffDoor, codes: LoginCodes, clock: Wall) -> tuple[Phone, list[str], str]:
    """Switch codes on for the owner; gives the phone, the recovery codes and the session's token. A while passes."""
    token, owner = door.sign_in("ratna", PASSWORD, HOME)
    offer = codes.offer(owner)
    phone = Phone(offer.secret, clock)
    recovery = codes.switch_on(token, owner, offer.salt, PASSWORD, phone.code)
    clock.passes(LATER)
    return phone, list(recovery), token


def ticket(door: StaffDoor, device: str = "") -> str:
    with pytest.raises(CodeNeeded) as half:
        door.sign_in("ratna", PASSWORD, ELSEWHERE, device)
    return half.value.ticket


def test_with_codes_the_password_alone_lets_nobody_in(staffed: StaffDoor, codes: LoginCodes, clock: Wall) -> None:
    phone, _, _ = switched_on(staffed, codes, clock)

    half = ticket(staffed)
    assert staffed.member_of(half) is None
    token, owner = codes.finish(half, phone.code, ELSEWHERE, browser="Chrome")

    assert owner.username == "ratna"
    assert staffed.member_of(token) is not None


def test_without_codes_everybody_signs_in_as_before(staffed: StaffDoor, codes: LoginCodes, clock: Wall) -> None:
    switched_on(staffed, codes, clock)

    assert staffed.sign_in("bima", PASSWORD, HOME)
    assert staffed.sign_in("kasir", PASSWORD, HOME)


def test_a_wrong_password_is_answered_as_ever_and_asks_for_no_code(
    staffed: StaffDoor, codes: LoginCodes, clock: Wall
) -> None:
    switched_on(staffed, codes, clock)

    with pytest.raises(WrongLogin):
        staffed.sign_in("ratna", "guess", ELSEWHERE)


def test_a_code_lets_in_once(staffed: StaffDoor, codes: LoginCodes, clock: Wall) -> None:
    phone, _, _ = switched_on(staffed, codes, clock)
    used = phone.code
    codes.finish(ticket(staffed), used, ELSEWHERE)

    with pytest.raises(WrongCode):
        codes.finish(ticket(staffed), used, ELSEWHERE)

    clock.passes(LATER)
    assert codes.finish(ticket(staffed), phone.code, ELSEWHERE)


def test_the_code_that_switched_it_on_does_not_sign_in_as_well(
    staffed: StaffDoor, codes: LoginCodes, clock: Wall
) -> None:
    phone, _, _ = switched_on(staffed, codes, clock)
    used = phone.app.at(clock() - LATER)

    with pytest.raises(WrongCode):
        codes.finish(ticket(staffed), used, ELSEWHERE)


def test_one_code_in_two_browsers_at_the_same_moment_opens_one(
    staffed: StaffDoor, codes: LoginCodes, clock: Wall
) -> None:
    phone, recovery, _ = switched_on(staffed, codes, clock)
    for code in (phone.code, recovery[0]):
        tickets, start = [ticket(staffed) for _ in range(2)], threading.Barrier(2)

        def finish(half: str, typed: str = code, gate: threading.Barrier = start) -> type[Exception] | None:
            gate.wait()
            try:
                codes.finish(half, typed, ELSEWHERE)
            except MejaError as problem:
                return type(problem)
            return None

        with ThreadPoolExecutor(2) as pool:
            ends = list(pool.map(finish, tickets))

        assert sorted(str(end) for end in ends) == sorted([str(None), str(WrongCode)])


def test_a_recovery_code_lets_in_once_and_is_written_down(staffed: StaffDoor, codes: LoginCodes, clock: Wall) -> None:
    _, recovery, _ = switched_on(staffed, codes, clock)
    owner = member(staffed, "ratna")
    assert codes.left(owner) == 10

    codes.finish(ticket(staffed), recovery[3].lower(), ELSEWHERE)
    with pytest.raises(WrongCode):
        codes.finish(ticket(staffed), recovery[3], ELSEWHERE)

    assert codes.left(owner) == 9
    with staffed.db.read() as session:
        kinds = session.scalars(select(Event.kind).order_by(Event.id)).all()
    assert kinds[-2:] == ["staff.codes_on", "staff.recovery_code_used"]


def test_neither_secret_nor_recovery_code_lies_in_the_database(
    staffed: StaffDoor, codes: LoginCodes, clock: Wall
) -> None:
    phone, recovery, _ = switched_on(staffed, codes, clock)

    with staffed.db.read() as session:
        rows = [
            str(session.execute(text(f"SELECT * FROM {table}")).all())
            for table in ("staff", "recovery_codes", "events", "pending_logins")
        ]
    kept = "".join(rows)
    assert phone.app.secret not in kept
    assert not any(code.replace("-", "") in kept or code in kept for code in recovery)


def test_too_long_after_the_password_it_is_asked_for_again(staffed: StaffDoor, codes: LoginCodes, clock: Wall) -> None:
    phone, _, _ = switched_on(staffed, codes, clock)
    half = ticket(staffed)

    clock.passes(timedelta(minutes=10))

    with pytest.raises(LoginIsOver):
        codes.finish(half, phone.code, ELSEWHERE)
    with pytest.raises(LoginIsOver):
        codes.finish("", phone.code, ELSEWHERE)


def test_a_password_changed_in_between_ends_the_sign_in(staffed: StaffDoor, codes: LoginCodes, clock: Wall) -> None:
    phone, _, _ = switched_on(staffed, codes, clock)
    half = ticket(staffed)

    staffed.set_password("ratna", "soto-betawi-2")

    with pytest.raises(LoginIsOver):
        codes.finish(half, phone.code, ELSEWHERE)


def test_codes_taken_off_in_between_have_the_password_asked_for_once_more(
    staffed: StaffDoor, codes: LoginCodes, clock: Wall
) -> None:
    phone, _, _ = switched_on(staffed, codes, clock)
    half = ticket(staffed)

    codes.take_off("ratna")

    with pytest.raises(LoginIsOver):
        codes.finish(half, phone.code, ELSEWHERE)
    assert staffed.sign_in("ratna", PASSWORD, ELSEWHERE)


def test_a_ticket_is_good_for_one_session(staffed: StaffDoor, codes: LoginCodes, clock: Wall) -> None:
    phone, _, _ = switched_on(staffed, codes, clock)
    half = ticket(staffed)
    codes.finish(half, phone.code, ELSEWHERE)
    clock.passes(LATER)

    with pytest.raises(LoginIsOver):
        codes.finish(half, phone.code, ELSEWHERE)


def test_guessing_codes_comes_to_an_end_and_locks_nobody_out_of_a_known_browser(
    staffed: StaffDoor, codes: LoginCodes, clock: Wall
) -> None:
    phone, _, known = switched_on(staffed, codes, clock)
    half = ticket(staffed)
    for _ in range(5):
        with pytest.raises(WrongCode):
            codes.finish(half, "000000", ELSEWHERE)

    with pytest.raises(TooManyTries):
        codes.finish(half, phone.code, ELSEWHERE)

    assert codes.finish(ticket(staffed, device_of(known)), phone.code, HOME)


def test_twenty_wrong_codes_a_day_are_the_most_wherever_they_come_from(
    staffed: StaffDoor, codes: LoginCodes, clock: Wall
) -> None:
    switched_on(staffed, codes, clock)
    ends = []
    for number in range(24):
        try:
            codes.finish(ticket(staffed), "000000", f"203.0.113.{number}")
        except (WrongCode, TooManyTries) as problem:
            ends.append(type(problem))

    assert ends == [WrongCode] * 20 + [TooManyTries] * 4


def test_switching_on_takes_the_password_and_a_code_that_proves_the_app(
    staffed: StaffDoor, codes: LoginCodes, clock: Wall
) -> None:
    token, owner = staffed.sign_in("ratna", PASSWORD, HOME)
    offer = codes.offer(owner)
    phone = Phone(offer.secret, clock)

    with pytest.raises(WrongOwnPassword):
        codes.switch_on(token, owner, offer.salt, "guess", phone.code)
    with pytest.raises(WrongCode):
        codes.switch_on(token, owner, offer.salt, PASSWORD, "000000")
    with pytest.raises(WrongCode):
        codes.switch_on(token, owner, "\x00", PASSWORD, phone.code)
    assert not member(staffed, "ratna").uses_codes

    codes.switch_on(token, owner, offer.salt, PASSWORD, phone.code)
    with pytest.raises(CodesAreOn):
        codes.switch_on(token, owner, offer.salt, PASSWORD, phone.code)


def test_the_same_salt_shows_the_same_secret_and_a_foreign_one_a_new_one(staffed: StaffDoor, codes: LoginCodes) -> None:
    owner = member(staffed, "ratna")
    offer = codes.offer(owner)

    assert codes.offer(owner, offer.salt) == offer
    assert codes.offer(owner, "../../etc").salt != "../../etc"
    assert codes.offer(member(staffed, "bima"), offer.salt).secret != offer.secret


def test_switching_off_takes_the_password_and_a_code(staffed: StaffDoor, codes: LoginCodes, clock: Wall) -> None:
    phone, recovery, token = switched_on(staffed, codes, clock)
    owner = member(staffed, "ratna")

    with pytest.raises(WrongOwnPassword):
        codes.switch_off(token, owner, "guess", phone.code)
    with pytest.raises(WrongCode):
        codes.switch_off(token, owner, PASSWORD, "000000")
    assert member(staffed, "ratna").uses_codes

    codes.switch_off(token, owner, PASSWORD, recovery[0])

    assert staffed.sign_in("ratna", PASSWORD, ELSEWHERE)
    assert codes.left(owner) == 0
    with pytest.raises(CodesAreOff):
        codes.switch_off(token, member(staffed, "ratna"), PASSWORD, phone.code)


def test_five_wrong_codes_end_the_switching_off_for_a_while(staffed: StaffDoor, codes: LoginCodes, clock: Wall) -> None:
    phone, _, token = switched_on(staffed, codes, clock)
    owner = member(staffed, "ratna")
    for _ in range(5):
        with pytest.raises(WrongCode):
            codes.switch_off(token, owner, PASSWORD, "000000")

    with pytest.raises(TooManyTries):
        codes.switch_off(token, owner, PASSWORD, phone.code)


def test_only_owners_switch_codes_on_and_whoever_has_them_may_switch_them_off(
    staffed: StaffDoor, codes: LoginCodes, clock: Wall
) -> None:
    _, recovery, _ = switched_on(staffed, codes, clock)
    staffed.edit("ratna", role=Role.MANAGER, by=actor(staffed, "bima"))
    token, manager = codes.finish(ticket(staffed), recovery[0], HOME)

    codes.switch_off(token, manager, PASSWORD, recovery[1])

    offer = codes.offer(manager)
    with pytest.raises(NotAllowed):
        codes.switch_on(token, manager, offer.salt, PASSWORD, Phone(offer.secret, clock).code)


def test_the_operator_takes_codes_off_for_whoever_lost_the_phone(
    staffed: StaffDoor, codes: LoginCodes, clock: Wall
) -> None:
    _, recovery, _ = switched_on(staffed, codes, clock)

    codes.take_off("ratna")

    assert staffed.sign_in("ratna", PASSWORD, ELSEWHERE)
    with pytest.raises(CodesAreOff):
        codes.take_off("ratna")
    # Switched on anew, the old codes for recovery are worth nothing.
    switched_on(staffed, codes, clock)
    with pytest.raises(WrongCode):
        codes.finish(ticket(staffed), recovery[0], ELSEWHERE)
