"""Passwords and PINs of tests, hashed at the least cost there is: the program reads from a hash what it had cost."""

from functools import cache

from argon2 import PasswordHasher

from core.staff.pins import _WITH_KEY, _seasoned

_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def cheap_hash(text: str) -> str:
    """Hash a made-up password or PIN, once in a process. What it costs to guess one is tested in tests/staff."""
    return _HASHER.hash(text.encode())


def cheap_pin(key: str, pin: str) -> str:
    """Hash a PIN with a program's key, as hash_with_key() does."""
    return _WITH_KEY + cheap_hash(_seasoned(key, pin))
