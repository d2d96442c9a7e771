"""Remembers on each screen which order every member of staff is typing there: whoever comes back goes on with their own."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from core.staff.models import StaffMember
from core.web.access import cookies_of

_ROUND: Final = re.compile(r"([0-9]{1,9})\.([A-Za-z0-9_-]{22})(?:~|$)", re.ASCII)
_MOST: Final = 6
"""How many people's orders one screen remembers."""
_HOURS: Final = 12


def round_begun(request: Request, member: StaffMember) -> str | None:
    """Tell which round a member of staff typed last on this screen."""
    return _rounds(request).get(str(member.id))


def remember_round(request: Request, response: Response, member: StaffMember, round_uid: str) -> None:
    """Write down which round a member of staff is typing on this screen."""
    if round_begun(request, member) == round_uid:
        return
    others = {who: uid for who, uid in _rounds(request).items() if who != str(member.id)}
    kept = [*others.items()][-(_MOST - 1) :]
    value = "~".join(f"{who}.{uid}" for who, uid in [*kept, (str(member.id), round_uid)])
    cookies_of(request).write(response, "meja_rounds", value, hours=_HOURS)


def _rounds(request: Request) -> dict[str, str]:
    return dict(_ROUND.findall(cookies_of(request).read(request, "meja_rounds") or ""))
