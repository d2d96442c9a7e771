"""The demo's logins: known to everybody on this machine, drawn by lot wherever others can reach it."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from core.services import Core
from core.services.seed import PEOPLE


@dataclass(frozen=True, slots=True)
class Login:
    """One person of the demo restaurant."""

    username: str
    password: str
    pin: str


KNOWN: Final = tuple(Login(person.username, person.password, person.pin) for person in PEOPLE)
"""What the seed writes."""


def logins_for(core: Core, data: Path, *, is_public: bool) -> list[Login]:
    """Tell the logins that are in force, after changing them when the demo's address asks for others."""
    file = data / "logins.json"
    present = _read(file)
    if is_public == (present != list(KNOWN)):
        return present
    wanted = [_drawn(login.username) for login in KNOWN] if is_public else list(KNOWN)
    for login in wanted:
        core.door.set_password(login.username, login.password)
        core.door.set_pin(login.username, login.pin)
    _write(file, wanted)
    return wanted


def _drawn(username: str) -> Login:
    return Login(username, secrets.token_urlsafe(9), f"{secrets.randbelow(1_000_000):06d}")


def _read(file: Path) -> list[Login]:
    try:
        return [Login(**each) for each in json.loads(file.read_text())]
    except FileNotFoundError:
        return list(KNOWN)


def _write(file: Path, logins: list[Login]) -> None:
    with os.fdopen(os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as out:
        json.dump([asdict(login) for login in logins], out)
