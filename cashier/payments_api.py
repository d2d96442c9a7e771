"""The JSON API for those who keep the books: what was paid, and what became of it."""

import re
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from core.base.paging import Period
from core.orders.status import PaymentMethod
from core.services.payment_history import Payment, PaymentFate
from core.staff.errors import NotSignedIn
from core.staff.rights import Right, require
from core.web.access import CoreDep, member_of
from core.web.json_reader import StrictJsonRoute
from core.web.statements import problem_responses
from core.web.wording import in_zone

router = APIRouter(prefix="/api/v1", route_class=StrictJsonRoute)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 2000, 2200
_BEARER = HTTPBearer(auto_error=False, description="A key made with `meja key add`.")
_COOKIE = APIKeyCookie(
    name="meja_sid",
    auto_error=False,
    description="The session of a signed-in cashier or manager; over https the cookie is `__Host-meja_sid`.",
)


class PaymentRow(BaseModel):
    """One payment that came. Amounts are whole rupiah."""

    reference: str = Field(description="The gateway's order id; for cash the order's uid.")
    method: Literal["qris", "cash"]
    state: PaymentFate
    amount: int
    returned: int = Field(description="What went again: refunded, charged back, or never lasting.")
    at: datetime = Field(description="When it was written down.")
    business_day: date = Field(description="The outlet's own day, which ends at its cut-off hour.")
    order_uid: str | None
    order_number: str | None
    table: str | None
    taken_by: str | None = Field(description="Who took the cash.")
    transaction_id: str | None
    issuer: str | None
    acquirer: str | None
    paid_at: datetime | None = Field(description="When the gateway says that it was paid.")


class PaymentsGiven(BaseModel):
    """A page of the history, newest first."""

    payments: list[PaymentRow]
    next_cursor: str | None = Field(description="Send it as `cursor` for the page after this one; null on the last.")


def _outlet_of_reader(
    request: Request,
    core: CoreDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    _cookie: Annotated[str | None, Security(_COOKIE)],
) -> int:
    if bearer is not None:
        outlet_id = core.keys.outlet_of(bearer.credentials)
        if outlet_id is None:
            raise NotSignedIn
        return outlet_id
    member = member_of(request)
    if member is None:
        raise NotSignedIn
    require(member, Right.SEE_HISTORY)
    return member.outlet_id


def _by_its_shape(text: object) -> object:
    # Left to itself, the parser takes a number for seconds since 1970, and midnight for a day.
    if isinstance(text, str) and _DAY.fullmatch(text):
        return date.fromisoformat(text)
    if isinstance(text, str) and _MOMENT.match(text):
        return datetime.fromisoformat(text)
    message = "a day, as 2026-11-29, or a moment with its offset"
    raise ValueError(message)


def _readable(when: date | datetime) -> date | datetime:
    if isinstance(when, datetime) and when.tzinfo is None:
        message = "a moment without its offset"
        raise ValueError(message)
    if not _FIRST_YEAR <= when.year <= _LAST_YEAR:
        message = f"a year from {_FIRST_YEAR} to {_LAST_YEAR}"
        raise ValueError(message)
    return when


When = Annotated[date | datetime, BeforeValidator(_by_its_shape), AfterValidator(_readable)]


@router.get(
    "/payments",
    name="api_payments",
    summary="List payments",
    tags=["payments"],
    responses=problem_responses(401, 403, 422, 503),
)
def payments(
    core: CoreDep,
    outlet_id: Annotated[int, Depends(_outlet_of_reader)],
    first: Annotated[
        When | None, Query(alias="from", description="A business day, or a moment: from then on, it included.")
    ] = None,
    last: Annotated[
        When | None, Query(alias="to", description="A business day, it included; or a moment, it excluded.")
    ] = None,
    method: Annotated[PaymentMethod | None, Query(description="Only payments of this kind.")] = None,
    cursor: Annotated[str, Query(max_length=40, description="`next_cursor` of the page before.")] = "",
) -> PaymentsGiven:
    """List what guests paid at one outlet, newest first, 50 at a time. Asks for a session or a key."""
    page = core.past_payments.page(outlet_id, _period(first, last), method=method, cursor=cursor)
    rows = [_row(payment, page.outlet.zone) for payment in page.payments]
    return PaymentsGiven(payments=rows, next_cursor=page.cursor or None)


def _period(first: When | None, last: When | None) -> Period:
    since = first if isinstance(first, datetime) else None
    before = last if isinstance(last, datetime) else None
    return Period(
        first=None if since is not None else first,
        last=None if before is not None else last,
        since=since,
        before=before,
    )


def _row(payment: Payment, zone: str) -> PaymentRow:
    order, attempt = payment.order, payment.attempt
    return PaymentRow(
        reference=payment.reference,
        method=payment.method.value,
        state=payment.fate,
        amount=payment.amount,
        returned=payment.returned,
        at=in_zone(payment.at, zone),
        business_day=payment.business_day,
        order_uid=order.uid if order else None,
        order_number=order.label if order else None,
        table=order.table.label if order and order.table and order.table.has_seats else None,
        taken_by=payment.taken_by or None,
        transaction_id=attempt.transaction_id if attempt else None,
        issuer=attempt.issuer if attempt else None,
        acquirer=attempt.acquirer if attempt else None,
        paid_at=in_zone(attempt.gateway_paid_at, zone) if attempt and attempt.gateway_paid_at else None,
    )
