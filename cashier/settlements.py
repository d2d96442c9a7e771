"""Settlement files of the gateway: taking one in, and what in it does not agree with the books."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Form, Request
from pydantic import StringConstraints
from starlette.datastructures import UploadFile
from starlette.responses import Response

from cashier.approval import Typed
from cashier.errors import NoFile
from cashier.settlement_words import BREAKS, CLASSES, COLUMNS, FIGURES, WHATS
from cashier.who import SettlementMatcher, actor
from core.base.errors import MejaError
from core.services import Core
from core.settlements.columns import Column
from core.settlements.models import BreakKind
from core.staff.models import StaffMember
from core.web.access import CoreDep
from core.web.forms import FormModel
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/money/settlements")

_LONGEST_FIELD: Final = 1_024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was handed in, and the columns that were named with it."""

    name: str
    raw: bytes
    columns: Mapping[str, str]


class CloseForm(FormModel):
    """Which breaks are explained, and by what."""

    kind: BreakKind
    reason: Typed = ""
    chosen: tuple[Annotated[str, StringConstraints(max_length=64)], ...] = ()
    every: Literal["", "yes"] = ""
    """Whether all of the kind are meant, and not only those that are ticked."""


@dataclass(frozen=True, slots=True)
class Attempted:
    """What was sent and refused, and is shown again."""

    problem: MejaError | None = None
    kind: BreakKind | None = None
    reason: str = ""
    chosen: Collection[str] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


_UNTOUCHED: Final = Attempted()


async def _uploaded(request: Request, _: SettlementMatcher) -> Upload:
    """Read the one file of the form, and the names of columns. A form without a file is an empty one."""
    async with request.form(max_files=1, max_fields=len(Column), max_part_size=_LONGEST_FIELD) as form:
        file = form.get("file")
        columns = {name: value for name, value in form.items() if isinstance(value, str) and value.strip()}
        if not isinstance(file, UploadFile):
            return Upload("", b"", columns)
        return Upload(file.filename or "", await file.read(), columns)


@router.get("", name="settlements")
def settlements(request: Request, core: CoreDep, member: SettlementMatcher, cursor: str = "") -> Response:
    """List the files that were taken in, with the form for the next."""
    return _list(request, core, member, _UNTOUCHED, cursor=cursor)


@router.post("", name="take_in_settlement")
def take_in(
    request: Request, core: CoreDep, member: SettlementMatcher, upload: Annotated[Upload, Depends(_uploaded)]
) -> Response:
    """Take a file in, and show what came of it."""
    try:
        if not upload.name:
            raise NoFile
        files, by = core.settlement_files, actor(member)
        taken = files.take_in(member.outlet_id, upload.name, upload.raw, by, columns=upload.columns)
    except MejaError as problem:
        return _list(request, core, member, Attempted(problem, columns=upload.columns))
    return see_other("settlement", query={} if taken.is_new else {"taken": "before"}, uid=taken.uid)


@router.get("/{uid}", name="settlement")
def settlement(
    uid: str, request: Request, core: CoreDep, member: SettlementMatcher, taken: Literal["", "before"] = ""
) -> Response:
    """Show one file, and what does not agree; `taken` says that it had been taken in before."""
    return _file(request, core, member, uid, _UNTOUCHED, was_known=taken == "before")


@router.post("/{uid}/compare", name="compare_settlement")
def compare(uid: str, core: CoreDep, member: SettlementMatcher) -> Response:
    """Compare a file with the books as they are now."""
    core.settlement_files.compare_again(member.outlet_id, uid, actor(member))
    return see_other("settlement", uid=uid)


@router.post("/{uid}/close", name="close_settlement_breaks")
def close(
    uid: str, request: Request, core: CoreDep, member: SettlementMatcher, form: Annotated[CloseForm, Form()]
) -> Response:
    """Close what is explained, with a reason."""
    chosen = None if form.every else form.chosen
    try:
        core.settlement_files.close(member.outlet_id, uid, form.kind, form.reason, actor(member), chosen=chosen)
    except MejaError as problem:
        if problem.status == 404:
            raise
        return _file(request, core, member, uid, Attempted(problem, form.kind, form.reason, form.chosen))
    return see_other("settlement", uid=uid)


def _list(request: Request, core: Core, member: StaffMember, attempted: Attempted, *, cursor: str = "") -> Response:
    return render(
        request,
        "cashier/settlements.html",
        status=attempted.problem.status if attempted.problem else 200,
        page=core.settlement_reports.page(member.outlet_id, cursor=cursor),
        attempted=attempted,
        columns=COLUMNS,
        classes=CLASSES,
        outlet=core.door.workplace(member),
        member=member,
    )


def _file(
    request: Request, core: Core, member: StaffMember, uid: str, attempted: Attempted, *, was_known: bool = False
) -> Response:
    return render(
        request,
        "cashier/settlement.html",
        status=attempted.problem.status if attempted.problem else 200,
        report=core.settlement_reports.report(member.outlet_id, uid),
        attempted=attempted,
        was_known=was_known,
        breaks=BREAKS,
        figures=FIGURES,
        whats=WHATS,
        classes=CLASSES,
        outlet=core.door.workplace(member),
        member=member,
    )
