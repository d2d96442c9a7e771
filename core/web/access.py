"""Who is asking: the services, the guest's phone, the signed-in member of staff, the reader's language."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection
from starlette.responses import Response

from core.services import Core
from core.services.staff_door import AtWork
from core.staff.errors import NotSignedIn
from core.staff.models import StaffMember
from core.web.cookies import Cookies, new_guest


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


def member_of(connection: HTTPConnection) -> StaffMember | None:
    """Tell who is signed in at this browser, if anybody. Asks the database."""
    token = cookies_of(connection).read(connection, "meja_sid")
    core: Core = connection.app.state.core
    return core.door.member_of(token) if token else None


def at_work(connection: HTTPConnection) -> AtWork:
    """Tell who works at this browser, where, and what is newest there: one question. Raises NotSignedIn."""
    token = cookies_of(connection).read(connection, "meja_sid")
    core: Core = connection.app.state.core
    found = core.door.at_work(token) if token else None
    if found is None:
        raise NotSignedIn
    return found


def _signed_in(connection: HTTPConnection) -> StaffMember:
    member = member_of(connection)
    if member is None:
        raise NotSignedIn
    return member


StaffDep = Annotated[StaffMember, Depends(_signed_in)]
"""Who is signed in. Nobody: NotSignedIn, which sends a page to the login."""


def keep_language(connection: HTTPConnection, response: Response, language: str) -> None:
    """Remember the language a reader has chosen, for a year."""
    cookies_of(connection).write(response, "meja_lang", language, hours=365 * 24)
