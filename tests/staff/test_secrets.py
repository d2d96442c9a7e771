"""Passwords and PINs as the database keeps them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.base.errors import Busy
from core.staff import secrets
from core.staff.secrets import check_secret, hash_secret, nobodys_hash


def test_a_secret_fits_its_own_hash_and_no_other() -> None:
    hashed = hash_secret("meja-demo-1234")

    assert check_secret(hashed, "meja-demo-1234")
    assert not check_secret(hashed, "meja-demo-1235")
    assert not check_secret(nobodys_hash(), "meja-demo-1234")


def test_the_same_secret_never_looks_the_same_twice() -> None:
    assert hash_secret("246810") != hash_secret("246810")


@pytest.mark.parametrize("nonsense", ["", "-", "$argon2id$v=19$m=1", "meja-demo-1234"])
def test_a_broken_hash_lets_nobody_in(nonsense: str) -> None:
    assert not check_secret(nonsense, "meja-demo-1234")


def test_any_text_can_be_a_password_even_half_a_character() -> None:
    hashed = hash_secret("\ud83c nasi 🍚")

    assert check_secret(hashed, "\ud83c nasi 🍚")


def test_a_flood_of_logins_is_told_to_wait_instead_of_taking_every_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_LONGEST_WAIT", 0.0)
    hashed = hash_secret("meja-demo-1234")

    def try_it(_: int) -> bool | None:
        try:
            return check_secret(hashed, "meja-demo-1234")
        except Busy:
            return None

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(try_it, range(48)))

    assert True in answers
    assert None in answers
    assert False not in answers
