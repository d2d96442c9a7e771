"""Who is asking: the services, the guest's phone, the signed-in member of staff, the reader's language."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection
from starlette.responses import Response

from core.services import Core
from core.staff.errors import NotAllowed, NotSignedIn
from core.staff.models import Role, StaffMember
from core.web.cookies import GUEST_HOURS, STAFF_HOURS, Cookies, new_guest
from core.web.pages import language_of


async def core_of(connection: HTTPConnection) -> Core:
    """Give the services of this application."""
    core = connection.app.state.core
    assert isinstance(core, Core)  # noqa: S101 - says what the state holds
    return core


CoreDep = Annotated[Core, Depends(core_of)]


def cookies_of(connection: HTTPConnection) -> Cookies:
    """Give the application's way with cookies."""
    cookies = connection.app.state.cookies
    assert isinstance(cookies, Cookies)  # noqa: S101 - says what the state holds
    return cookies


def guest_of(connection: HTTPConnection) -> str | None:
    """Tell which guest this browser is, or nothing when it has not been seen before."""
    return cookies_of(connection).guest(connection)


async def _keep_guest(connection: HTTPConnection) -> str:
    guest = guest_of(connection) or new_guest()
    # Routes make their answers themselves; the layer around them adds the cookie (core/web/guest_cookie.py).
    connection.state.guest = guest
    return guest


GuestDep = Annotated[str, Depends(_keep_guest)]
"""The guest's id. A new browser gets one, and every use keeps it for three hours more."""


async def _language(connection: HTTPConnection) -> str:
    return language_of(connection)


LanguageDep = Annotated[str, Depends(_language)]
"""`id` or `en`; for readers who have chosen neither, Indonesian. `render` asks the outlet as well."""


def member_of(connection: HTTPConnection) -> StaffMember | None:
    """Tell who is signed in at this browser, if anybody. Asks the database."""
    token = cookies_of(connection).read(connection, "meja_sid")
    core: Core = connection.app.state.core
    return core.door.member_of(token) if token else None


def signed_in(connection: HTTPConnection) -> StaffMember:
    """Tell who is signed in. Raises NotSignedIn, which sends a page to the login."""
    member = member_of(connection)
    if member is None:
        raise NotSignedIn
    return member


StaffDep = Annotated[StaffMember, Depends(signed_in)]


def require_role(*roles: Role) -> Callable[[StaffMember], StaffMember]:
    """Make a dependency that lets only these roles in: `Annotated[StaffMember, Depends(require_role(Role.OWNER))]`.

    It raises NotAllowed for the others.
    """

    def member_with_role(member: StaffDep) -> StaffMember:
        if member.role not in roles:
            raise NotAllowed
        return member

    return member_with_role


def keep_signed_in(connection: HTTPConnection, response: Response, token: str) -> None:
    """Give the browser the token of its new session."""
    cookies_of(connection).write(response, "meja_sid", token, hours=STAFF_HOURS)


def sign_out(connection: HTTPConnection, response: Response) -> str | None:
    """Take the session's token out of the browser, and tell which it was."""
    cookies = cookies_of(connection)
    cookies.drop(response, "meja_sid")
    return cookies.read(connection, "meja_sid")


def keep_language(connection: HTTPConnection, response: Response, language: str) -> None:
    """Remember the language a reader has chosen, for a year."""
    cookies_of(connection).write(response, "meja_lang", language, hours=365 * 24)


__all__ = [
    "GUEST_HOURS",
    "CoreDep",
    "GuestDep",
    "LanguageDep",
    "StaffDep",
    "cookies_of",
    "core_of",
    "guest_of",
    "keep_language",
    "keep_signed_in",
    "member_of",
    "require_role",
    "sign_out",
    "signed_in",
]
