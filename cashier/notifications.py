"""How the gateway's notifications fare: when the last one came, how soon they are looked after, and what was refused."""

import enum
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from cashier.gateway_words import GATEWAY_TROUBLES, REHEARSAL_TROUBLES
from cashier.who import SettlementMatcher, actor
from core.services.rehearsals import AMOUNT
from core.services.standing import Notifications
from core.web.access import CoreDep
from core.web.figures import answers_of
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/money/notifications")

_WAITS_LONG: Final = timedelta(minutes=1)
_BEHIND: Final = timedelta(minutes=10)
"""So long after the last notification a payment was found, and still none has come for it."""
_REFUSED: Final = (400, 403, 413)


class Fares(enum.StrEnum):
    """How it stands with them, in one word."""

    NEVER = "never"
    WAITING = "waiting"
    REFUSED = "refused"
    SILENT = "silent"
    WELL = "well"


def fares(heard: Notifications, answers: Mapping[int, int], now: datetime, paid_at: datetime | None = None) -> Fares:
    """Say how notifications fare: the worst that is true. `paid_at` is when the newest payment was found."""
    if heard.waiting_since is not None and now - heard.waiting_since > _WAITS_LONG:
        return Fares.WAITING
    if answers.get(403):
        return Fares.REFUSED
    if heard.last_at is None:
        return Fares.NEVER
    is_late = paid_at is not None and paid_at - heard.last_at > _BEHIND and now - paid_at > _WAITS_LONG
    return Fares.SILENT if is_late else Fares.WELL


@router.get("", name="notifications")
def notifications(request: Request, core: CoreDep, member: SettlementMatcher) -> Response:
    """Show how the gateway's notifications fare."""
    heard, now, settings = core.notifications.look(), core.clock(), core.settings
    answers, trouble = answers_of("midtrans_webhook"), core.board.gateway_trouble()
    return render(
        request,
        "cashier/notifications.html",
        heard=heard,
        fares=fares(heard, answers, now, core.notifications.paid_at(member.outlet_id)),
        refused=sum(answers.get(status, 0) for status in _REFUSED),
        unstored=answers.get(503, 0),
        # Both spellings are heard; the one without a slash at its end is the one that stands everywhere.
        address=f"{settings.base_url}{request.app.url_path_for('midtrans_webhook').rstrip('/')}",
        gateway=settings.midtrans_environment,
        played=core.rehearsals.look(member.outlet_id),
        wrong=REHEARSAL_TROUBLES,
        amount=AMOUNT,
        trouble=GATEWAY_TROUBLES[trouble] if trouble is not None else None,
        now=now,
        member=member,
        outlet=core.door.workplace(member),
    )


@router.get("/rehearsal", name="rehearsal")
def rehearsal(request: Request, core: CoreDep, member: SettlementMatcher) -> Response:
    """Show how far the last test payment has come: what the page asks for while one is played."""
    return render(
        request,
        "cashier/_rehearsal.html",
        played=core.rehearsals.look(member.outlet_id),
        wrong=REHEARSAL_TROUBLES,
        amount=AMOUNT,
        gateway=core.settings.midtrans_environment,
    )


@router.post("/rehearsal", name="begin_rehearsal")
def begin_rehearsal(core: CoreDep, member: SettlementMatcher) -> Response:
    """Play a test payment from the QR to the notification."""
    core.rehearsals.begin(member.outlet_id, actor(member))
    return see_other("notifications")
