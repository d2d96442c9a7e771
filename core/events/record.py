"""Writes down what happened, and remembers whom to nudge once it is committed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, text
from sqlalchemy.orm import Session

from core.base.database import Database
from core.base.sql import table_of
from core.events.bus import Bus
from core.events.models import Event

_EVENTS = "events to write"
_TOPICS = "topics to nudge"
_NUMBER = "number of the last event written"
_KINDS = "kinds of the events written"
_EVENT_NUMBERS = 20261
_Row = dict[str, Any]

_EVENT_ROWS = table_of(Event)
_INSERT = insert(_EVENT_ROWS)
_INSERT_LAST = _INSERT.returning(_EVENT_ROWS.c.id)
# Numbers are taken under one lock, so a smaller one never appears after a greater: there is no row to number before the
# lock is there. What an event holds travels as text: json_to_recordset() takes strings apart that a column keeps as they are.
_WRITE_UNDER_LOCK = text(
    "INSERT INTO events (outlet_id, kind, order_id, attempt_id, at, by, data) "
    "SELECT outlet_id, kind, order_id, attempt_id, at, by, CAST(data AS json) FROM pg_advisory_xact_lock(:key), "
    "ROWS FROM (json_to_recordset(CAST(:events AS json)) AS (outlet_id bigint, kind text, order_id bigint, "
    "attempt_id bigint, at timestamptz, by text, data text)) WITH ORDINALITY ORDER BY ordinality RETURNING id"
).bindparams(key=_EVENT_NUMBERS)
_OF_ORDER = select(Event).where(Event.order_id == bindparam("order_id")).order_by(Event.id)
_NEWEST = select(Event.id).where(Event.outlet_id == bindparam("outlet_id")).order_by(Event.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it."""

    kind: str
    """`diner`, `staff`, `gateway` or `system`."""
    id: int | None = None
    name: str = ""

    def __str__(self) -> str:
        return self.kind if self.id is None else f"{self.kind}:{self.id}"


def allowed(by: Actor, asked_by: Actor | None) -> dict[str, Any]:
    """Say, for an event's data, who allowed something and whoever brought it to them, where that is somebody else."""
    told: dict[str, Any] = {"name": by.name}
    if asked_by is not None and asked_by.id != by.id:
        told |= {"asked_by": asked_by.name, "asked_by_id": asked_by.id}
    return told


DINER = Actor("diner")
GATEWAY = Actor("gateway")
SYSTEM = Actor("system")


def board_topic(outlet_id: int) -> str:
    """Name the topic of an outlet's board."""
    return f"board:{outlet_id}"


def order_topic(order_uid: str) -> str:
    """Name the topic of one order's page."""
    return f"order:{order_uid}"


def menu_topic(outlet_id: int) -> str:
    """Name the topic of an outlet's menu."""
    return f"menu:{outlet_id}"


def person_topic(staff_id: int) -> str:
    """Name the topic of what happens to one person who works here."""
    return f"person:{staff_id}"


def tell(
    session: Session,
    kind: str,
    *,
    outlet_id: int,
    at: datetime,
    by: Actor,
    topics: Iterable[str],
    order_id: int | None = None,
    attempt_id: int | None = None,
    **data: Any,
) -> None:
    """Write one fact into this transaction; whoever watches the topics is nudged after the commit.

    `kind` is in the past tense with a dot; `data` is whatever makes the fact readable later.
    """
    event = {
        "outlet_id": outlet_id,
        "kind": kind,
        "order_id": order_id,
        "attempt_id": attempt_id,
        "at": at,
        "by": str(by),
        "data": data,
    }
    session.info.setdefault(_EVENTS, []).append(event)
    session.info.setdefault(_TOPICS, set()).update(topics)


def connect_events(db: Database, bus: Bus) -> None:
    """Make every transaction write its events last, and nudge when it is committed."""

    def write(session: Session) -> None:
        events = session.info.pop(_EVENTS, [])
        if not events:
            return
        session.flush()
        session.info[_NUMBER] = (_write if db.is_sqlite else _write_under_lock)(session.connection(), events)
        session.info[_KINDS] = [event["kind"] for event in events]

    def nudge(session: Session) -> None:
        if topics := session.info.pop(_TOPICS, None):
            bus.publish(topics, session.info[_NUMBER])

    db.before_commit.append(write)
    db.after_commit.append(nudge)


def _write(connection: Connection, events: Sequence[_Row]) -> int:
    """Write events on SQLite, where one writes at a time; tells the number of the last."""
    *first, last = events
    if first:
        connection.execute(_INSERT, first)
    return int(connection.execute(_INSERT_LAST, last).scalar_one())


def _write_under_lock(connection: Connection, events: Sequence[_Row]) -> int:
    """Write events on PostgreSQL, with one way to it and back; tells the number of the last."""
    rows = [{**event, "at": event["at"].isoformat(), "data": json.dumps(event["data"])} for event in events]
    return int(max(connection.scalars(_WRITE_UNDER_LOCK, {"events": json.dumps(rows)})))


def kinds_written(session: Session) -> Sequence[str]:
    """Name the events that a transaction has written, once it is committed."""
    kinds: Sequence[str] = session.info.get(_KINDS, ())
    return kinds


def events_of_order(session: Session, order_id: int) -> list[Event]:
    """List what happened to one order, oldest first."""
    return list(session.scalars(_OF_ORDER, {"order_id": order_id}))


def last_event_number(session: Session, outlet_id: int) -> int:
    """Tell the newest event number of an outlet, 0 before the first."""
    return session.scalar(_NEWEST, {"outlet_id": outlet_id}) or 0


def last_number_of(session: Session, outlet_id: int, kind: str) -> int:
    """Tell the number of an outlet's newest event of a kind, 0 before the first."""
    # By the index of acts: a kind that is seldom told is found at once among the events of years.
    newest = select(Event.id).where(Event.outlet_id == outlet_id, Event.kind == kind)
    return session.scalar(newest.order_by(Event.at.desc(), Event.id.desc()).limit(1)) or 0
