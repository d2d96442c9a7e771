"""Finds outlets and tables."""

import re
from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.outlets.errors import NoOutlet, UnknownTable
from core.outlets.hours import Span
from core.outlets.models import OpeningHours, Outlet, Table, TableKind

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_OUTLET = select(Outlet).where(Outlet.id == bindparam("id"))
_HOURS = (
    select(OpeningHours)
    .where(OpeningHours.outlet_id == bindparam("outlet_id"))
    .order_by(OpeningHours.weekday, OpeningHours.opens)
)
_TABLE = select(Table).where(Table.token == bindparam("token"))
_TABLE_AND_OUTLET = (
    select(Table, Outlet).join(Outlet, Table.outlet_id == Outlet.id).where(Table.token == bindparam("token"))
)


def table_by_token(session: Session, token: str) -> Table:
    """Find the table that a sticker's address names. Raises UnknownTable when there is none."""
    table = session.scalar(_TABLE, {"token": readable_token(token)})
    if table is None:
        raise UnknownTable
    return table


def table_and_outlet(session: Session, token: str) -> tuple[Table, Outlet]:
    """Find the same table with the outlet that it stands in. Raises UnknownTable when there is none."""
    found = session.execute(_TABLE_AND_OUTLET, {"token": readable_token(token)}).one_or_none()
    if found is None:
        raise UnknownTable
    table, outlet = found
    return table, outlet


def readable_token(token: str) -> str:
    """Let only what can be a token through to the database: PostgreSQL refuses some characters. Raises UnknownTable."""
    if not _TOKEN.fullmatch(token):
        raise UnknownTable
    return token


def tables_of(session: Session, outlet_id: int) -> Sequence[Table]:
    """List an outlet's tables in the order they stand on the floor; kiosks are no tables."""
    found = select(Table).where(Table.outlet_id == outlet_id, Table.kind == TableKind.TABLE)
    return session.scalars(found.order_by(Table.position, Table.id)).all()


def opening_spans(session: Session, outlet_id: int) -> list[Span]:
    """List when an outlet is open; none means always."""
    rows = session.scalars(_HOURS, {"outlet_id": outlet_id})
    return [Span(row.weekday, row.opens, row.closes) for row in rows]


def outlet_of(session: Session, outlet_id: int) -> Outlet:
    """Find an outlet by its key. Raises NoOutlet when there is none."""
    outlet = session.scalar(_OUTLET, {"id": outlet_id})
    if outlet is None:
        raise NoOutlet
    return outlet


def first_outlet(session: Session) -> Outlet:
    """Find the oldest outlet: the only one, in most houses. Raises NoOutlet before the first is set up."""
    outlet = session.scalar(select(Outlet).order_by(Outlet.id).limit(1))
    if outlet is None:
        raise NoOutlet
    return outlet
