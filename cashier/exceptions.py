"""The exception report: what staff did that a manager wants to see, person by person and one by one."""

from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from cashier.event_words import ACTORS
from cashier.exception_words import TOPIC_WORDS, findings_in_words, people_in_words
from cashier.history import UNLESS_EMPTY, By, Cursor, PeriodQuery
from cashier.who import ActReader
from core.base.errors import N_, MejaError
from core.base.paging import Period
from core.services.exception_kinds import ExceptionTopic
from core.services.exception_report import ExceptionPage
from core.staff.models import StaffMember
from core.staff.rights import roles_to_give
from core.web.access import CoreDep
from core.web.pages import render

router = APIRouter(prefix="/cashier/exceptions")

_SPANS: Final = ((N_("Today"), 0, 1), (N_("Yesterday"), 1, 1), (N_("7 days"), 0, 7), (N_("31 days"), 0, 31))
"""A word, how many days back a span ends, and how many days it has."""


class ExceptionQuery(PeriodQuery):
    """What is looked for."""

    topic: Annotated[ExceptionTopic | None, UNLESS_EMPTY] = None
    by: By = ""
    cursor: Cursor = ""


@router.get("", name="exceptions")
def exceptions(
    request: Request, core: CoreDep, member: ActReader, asked: Annotated[ExceptionQuery, Query()]
) -> Response:
    """Show what is to be looked at, newest first, below what it comes to for each person."""
    try:
        found = core.exceptions.page(
            member.outlet_id, asked.period(), topic=asked.topic, by=asked.by, cursor=asked.cursor
        )
    except MejaError as problem:
        return _page(request, core.exceptions.page(member.outlet_id, Period()), member, asked, problem)
    return _page(request, found, member, asked)


def _page(
    request: Request,
    found: ExceptionPage,
    member: StaffMember,
    asked: ExceptionQuery,
    problem: MejaError | None = None,
) -> Response:
    mine = roles_to_give(member)
    # The days that are shown, so that what leads on from here stays with them when the day ends.
    within = asked.model_copy(update={"first": found.first, "last": found.last, "cursor": ""})
    return render(
        request,
        "cashier/exceptions.html",
        status=problem.status if problem else 200,
        found=found,
        acts=findings_in_words(found),
        sums=people_in_words(found),
        open_shift_id=found.open_shift_id,
        known={one.username for one in found.people if one.role in mine or one.id == member.id},
        asked=within,
        spans=[(word, *_ends(found.today, back, days)) for word, back, days in _SPANS],
        older=within.address(cursor=found.cursor) if found.cursor and not problem else "",
        is_filtered=bool(asked.topic or asked.by),
        topics=TOPIC_WORDS,
        people={f"staff:{one.id}": one.name for one in found.people},
        others={who: ACTORS[who] for who in ("gateway", "system")},
        problem=problem,
        outlet=found.outlet,
        member=member,
    )


def _ends(today: date, back: int, days: int) -> tuple[date, date]:
    last = today - timedelta(days=back)
    return last - timedelta(days=days - 1), last
