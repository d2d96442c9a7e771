"""What was ordered and paid before: lists to look through, one order's whole story, and files to take home."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from starlette.responses import Response, StreamingResponse

from cashier.history_words import ENDINGS, FATES, METHODS, TRIES, story_of
from cashier.method import method_of
from cashier.print_offer import prints_of
from cashier.refund_panel import panel_of
from cashier.who import HistoryReader, HistoryTaker
from core.base.errors import MejaError
from core.base.paging import Period
from core.orders.history import Ending, Wanted
from core.orders.status import PaymentMethod
from core.services.exports import ExportForm, ExportOf
from core.services.order_history import OrderList
from core.services.payment_history import PaymentPage
from core.staff.models import StaffMember
from core.staff.rights import Right, may
from core.web.access import CoreDep
from core.web.pages import render

router = APIRouter(prefix="/cashier/history")

_IN_MEMORY: Final = 4 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_TYPES: Final = {
    ExportForm.CSV: "text/csv; charset=utf-8",
    ExportForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _or_nothing(value: object) -> object:
    return None if value == "" else value


UNLESS_EMPTY: Final = BeforeValidator(_or_nothing)
"""A field that was left empty is none."""
Day = Annotated[date | None, UNLESS_EMPTY]
By = Annotated[str, StringConstraints(pattern=r"^(staff:[0-9]{1,15}|gateway|system|)$")]
"""Whoever did something, as events name them; empty for everybody."""
Cursor = Annotated[str, StringConstraints(max_length=40)]


class PeriodQuery(BaseModel):
    """The outlet's own days, both included; an empty field is no bound."""

    model_config = ConfigDict(frozen=True)

    first: Day = Field(None, alias="from")
    last: Day = Field(None, alias="to")

    def period(self) -> Period:
        """Give the period. Raises BadPeriod."""
        return Period(first=self.first, last=self.last)

    def days(self) -> str:
        """Write the period alone as a query: what is looked for on one list means nothing to the other."""
        asked = {"from": self.first, "to": self.last}
        return urlencode({name: str(day) for name, day in asked.items() if day is not None})

    def address(self, **more: str) -> str:
        """Write what was asked for as a query, without what says nothing."""
        said = {name: str(value) for name, value in self.model_dump(by_alias=True).items() if value} | more
        return urlencode({name: value for name, value in said.items() if value})


class PaymentQuery(PeriodQuery):
    """Which payments are looked for."""

    method: Annotated[PaymentMethod | None, UNLESS_EMPTY] = None
    cursor: Cursor = ""


class OrderQuery(PaymentQuery):
    """Which orders are looked for."""

    ending: Annotated[Ending | None, UNLESS_EMPTY] = None
    find: Annotated[str, StringConstraints(max_length=200)] = ""

    def wanted(self) -> Wanted:
        """Say it in the core's words. Raises BadPeriod."""
        return Wanted(self.period(), self.ending, self.method, self.find)


@router.get("", name="history")
def orders(request: Request, core: CoreDep, member: HistoryReader, asked: Annotated[OrderQuery, Query()]) -> Response:
    """List orders, newest first."""
    try:
        found = core.past_orders.page(member.outlet_id, asked.wanted(), cursor=asked.cursor)
    except MejaError as problem:
        return _page(request, core.past_orders.page(member.outlet_id, Wanted()), member, asked, problem)
    return _page(request, found, member, asked)


@router.get("/payments", name="past_payments")
def payments(
    request: Request, core: CoreDep, member: HistoryReader, asked: Annotated[PaymentQuery, Query()]
) -> Response:
    """List payments, newest first."""
    try:
        found = _payments(core, member, asked, asked.period())
    except MejaError as problem:
        return _page(request, _payments(core, member, PaymentQuery(), Period()), member, asked, problem)
    return _page(request, found, member, asked)


@router.get("/{what}.{form}", name="export_history")
def export(
    what: ExportOf, form: ExportForm, core: CoreDep, member: HistoryTaker, asked: Annotated[PeriodQuery, Query()]
) -> Response:
    """Give a file of a period's orders or payments."""
    with ExitStack() as unless_sent:
        file: SpooledTemporaryFile[bytes] = unless_sent.enter_context(SpooledTemporaryFile(_IN_MEMORY))
        core.exports.write(member.outlet_id, what, form, asked.period(), file)
        unless_sent.pop_all()
    length = file.tell()
    file.seek(0)
    name = "_".join(part for part in (str(what), str(asked.first or ""), str(asked.last or "")) if part)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Content-Length": str(length)}
    return StreamingResponse(_chunks(file), media_type=_TYPES[form], headers=headers)


@router.get("/{uid}", name="past_order")
def order(
    uid: str,
    request: Request,
    core: CoreDep,
    member: HistoryReader,
    asked: Literal["now", "soon"] | None = None,
    printed: Literal["yes"] | None = None,
) -> Response:
    """Show one order with everything that happened to it.

    `asked` says that Midtrans is being asked about it, `printed` that a slip of it is on its way to a printer.
    """
    file = core.past_orders.file(member.outlet_id, uid)
    return render(
        request,
        "cashier/past_order.html",
        file=file,
        order=file.order,
        story=story_of(file),
        tries=TRIES,
        method=method_of(file.order),
        # The whole of a refund's story is told, but nothing is given back from here.
        panel=panel_of(None, file.refunds, file.now, has_drawer=False),
        may_check=may(member, Right.SERVE) and file.may_change,
        asked=asked,
        printed=printed,
        prints=prints_of(core, member, file.order),
        outlet=file.order.outlet,
        member=member,
    )


def _payments(core: CoreDep, member: StaffMember, asked: PaymentQuery, period: Period) -> PaymentPage:
    return core.past_payments.page(member.outlet_id, period, method=asked.method, cursor=asked.cursor)


def _page(
    request: Request,
    found: OrderList | PaymentPage,
    member: StaffMember,
    asked: PaymentQuery,
    problem: MejaError | None = None,
) -> Response:
    is_orders = isinstance(asked, OrderQuery)
    return render(
        request,
        "cashier/history.html" if is_orders else "cashier/past_payments.html",
        status=problem.status if problem else 200,
        found=found,
        asked=asked,
        older=asked.address(cursor=found.cursor) if found.cursor and not problem else "",
        is_filtered=bool(asked.address(cursor="")),
        period=asked.days(),
        endings=ENDINGS,
        fates=FATES,
        methods=METHODS,
        method_of=method_of,
        may_export=may(member, Right.EXPORT_HISTORY),
        problem=problem,
        outlet=found.outlet,
        member=member,
    )


def _chunks(file: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
