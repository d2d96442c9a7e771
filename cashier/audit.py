"""Who did what with money, people, prices, settings and devices: a list to look through."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from cashier.act_words import KINDS, views_of
from cashier.event_words import ACTORS
from cashier.history import UNLESS_EMPTY, By, Cursor, PeriodQuery
from cashier.who import ActReader
from core.base.errors import MejaError
from core.base.paging import Period
from core.events.acts import ActKind, WantedActs
from core.services.audit import ActPage
from core.staff.models import StaffMember
from core.staff.rights import roles_to_give
from core.web.access import CoreDep
from core.web.pages import render

router = APIRouter(prefix="/cashier/audit")


class ActQuery(PeriodQuery):
    """Which acts are looked for."""

    kind: Annotated[ActKind | None, UNLESS_EMPTY] = None
    by: By = ""
    cursor: Cursor = ""

    def wanted(self) -> WantedActs:
        """Say it in the core's words."""
        return WantedActs(kind=self.kind, by=self.by)


@router.get("", name="audit")
def audit(request: Request, core: CoreDep, member: ActReader, asked: Annotated[ActQuery, Query()]) -> Response:
    """List acts, newest first."""
    try:
        found = core.audit.page(member.outlet_id, asked.wanted(), asked.period(), cursor=asked.cursor)
    except MejaError as problem:
        return _page(request, core.audit.page(member.outlet_id, WantedActs(), Period()), member, asked, problem)
    return _page(request, found, member, asked)


def _page(
    request: Request, found: ActPage, member: StaffMember, asked: ActQuery, problem: MejaError | None = None
) -> Response:
    mine = roles_to_give(member)
    return render(
        request,
        "cashier/audit.html",
        status=problem.status if problem else 200,
        acts=views_of(found),
        open_shift_id=found.open_shift_id,
        known={one.username for one in found.people if one.role in mine or one.id == member.id},
        asked=asked,
        older=asked.address(cursor=found.cursor) if found.cursor and not problem else "",
        is_filtered=bool(asked.address(cursor="")),
        kinds=KINDS,
        people={f"staff:{one.id}": one.name for one in found.people},
        others={who: ACTORS[who] for who in ("gateway", "system")},
        problem=problem,
        outlet=found.outlet,
        member=member,
    )
