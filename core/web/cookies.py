"""The cookies: who this phone is, who is signed in, which kiosk this is, which language it reads, what is typed or cooked here."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from itsdangerous import BadSignature, Signer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from core.base.ids import new_uid
from core.base.secret_key import secret_key_of
from core.base.settings import Settings

GUEST_HOURS: Final = 3
_UID = re.compile(r"[A-Za-z0-9_-]{22}")

CookieName = Literal["meja_guest", "meja_sid", "meja_half", "meja_kiosk", "meja_lang", "meja_rounds", "meja_station"]


@dataclass(frozen=True, slots=True)
class Cookies:
    """Reads and writes our cookies the same way everywhere."""

    signer: Signer
    is_https: bool
    """Without TLS a browser drops `Secure` and `__Host-` cookies, and a login would fail in silence."""

    def name(self, name: CookieName) -> str:
        """Give the cookie's full name: bound to this host where that is possible."""
        return f"__Host-{name}" if self.is_https else name

    def read(self, connection: HTTPConnection, name: CookieName) -> str | None:
        return connection.cookies.get(self.name(name))

    def write(self, response: Response, name: CookieName, value: str, *, hours: int) -> None:
        response.set_cookie(
            self.name(name), value, max_age=hours * 3600, path="/", secure=self.is_https, httponly=True, samesite="lax"
        )

    def drop(self, response: Response, name: CookieName) -> None:
        response.delete_cookie(self.name(name), path="/", secure=self.is_https, httponly=True, samesite="lax")

    def guest(self, connection: HTTPConnection) -> str | None:
        """Tell which guest this browser is; nothing when its cookie is missing or not ours."""
        try:
            guest = self.signer.unsign(self.read(connection, "meja_guest") or "").decode("ascii")
        except (BadSignature, UnicodeError):
            return None
        return guest if _UID.fullmatch(guest) else None

    def seal_guest(self, guest: str) -> str:
        return self.signer.sign(guest).decode("ascii")


def new_guest() -> str:
    """Make the id of a browser that we have not seen before."""
    return new_uid()


def make_cookies(settings: Settings) -> Cookies:
    """Make the cookies of a program with these settings."""
    return Cookies(Signer(secret_key_of(settings), salt="meja.guest"), settings.is_https)
