"""Everybody changes their own password and PIN, with the password they have."""

import pytest

from core.base.ids import digest_of
from core.services.own_account import OwnAccount
from core.services.staff_door import StaffDoor
from core.staff.errors import NotSignedIn, TooManyTries, WeakSecret, WrongLogin, WrongOwnPassword
from core.staff.pins import pin_fits
from core.staff.queries import session_by_digest
from tests.staff.conftest import KEY, PASSWORD, Wall, member

HOME = "192.168.1.20"


@pytest.fixture
def own(door: StaffDoor, clock: Wall) -> OwnAccount:
    return OwnAccount(door.db, clock, lambda: KEY)


def test_a_new_password_keeps_this_screen_under_a_new_token_and_signs_out_the_others(
    door: StaffDoor, own: OwnAccount
) -> None:
    here, elsewhere = (door.sign_in("kasir", PASSWORD, HOME, browser="Chrome")[0] for _ in range(2))

    fresh = own.change_password(here, PASSWORD, "soto-betawi-2")

    assert door.member_of(here) is None
    assert door.member_of(elsewhere) is None
    assert door.member_of(fresh) is not None
    with pytest.raises(WrongLogin):
        door.sign_in("kasir", PASSWORD, HOME)
    assert door.sign_in("kasir", "soto-betawi-2", HOME)


def test_the_session_that_stays_ends_no_later_than_it_would_have(door: StaffDoor, own: OwnAccount) -> None:
    here, _ = door.sign_in("kasir", PASSWORD, HOME)
    with door.db.read() as session:
        old = session_by_digest(session, digest_of(here))

    fresh = own.change_pin(here, PASSWORD, "246810")

    with door.db.read() as session:
        new = session_by_digest(session, digest_of(fresh))
    assert old is not None
    assert new is not None
    assert (new.started_at, new.device) == (old.started_at, old.device)
    assert pin_fits(KEY, member(door, "kasir").pin_hash, "246810")


def test_without_the_old_password_nothing_is_changed(door: StaffDoor, own: OwnAccount) -> None:
    here, _ = door.sign_in("kasir", PASSWORD, HOME)

    with pytest.raises(WrongOwnPassword):
        own.change_password(here, "guess", "soto-betawi-2")
    with pytest.raises(WrongOwnPassword):
        own.change_pin(here, "guess", "246810")

    assert member(door, "kasir").pin_hash == ""
    assert door.member_of(here) is not None


@pytest.mark.parametrize("wanted", ["", "pendek"])
def test_a_weak_password_is_refused(door: StaffDoor, own: OwnAccount, wanted: str) -> None:
    here, _ = door.sign_in("kasir", PASSWORD, HOME)

    with pytest.raises(WeakSecret):
        own.change_password(here, PASSWORD, wanted)
    with pytest.raises(WeakSecret):
        own.change_pin(here, PASSWORD, wanted)

    assert door.member_of(here) is not None


def test_whoever_is_not_signed_in_changes_nothing(door: StaffDoor, own: OwnAccount) -> None:
    here, _ = door.sign_in("kasir", PASSWORD, HOME)
    door.sign_out(here)

    with pytest.raises(NotSignedIn):
        own.change_password(here, PASSWORD, "soto-betawi-2")
    with pytest.raises(NotSignedIn):
        own.change_pin("never seen", PASSWORD, "246810")


def test_guessing_the_password_on_an_unlocked_screen_comes_to_an_end(door: StaffDoor, own: OwnAccount) -> None:
    here, _ = door.sign_in("kasir", PASSWORD, HOME)
    for _ in range(10):
        with pytest.raises(WrongOwnPassword):
            own.change_password(here, "guess", "soto-betawi-2")

    with pytest.raises(TooManyTries):
        own.change_password(here, PASSWORD, "soto-betawi-2")

    # Who guesses there keeps nobody from signing in.
    assert door.sign_in("kasir", PASSWORD, HOME)
