"""Tells staff whether the sticker on a table is ours: anybody can stick another one over it."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.outcomes import retried
from core.base.text import clean_text
from core.events.record import Actor, board_topic, tell
from core.orders.silent_tables import silent_tables
from core.outlets.errors import UnknownTable
from core.outlets.models import Outlet, Table
from core.outlets.queries import outlet_of, table_by_token, tables_of

LONGEST: Final = 2_000
"""Characters of what a sticker says."""
_KEPT: Final = 200
_PAYMENT: Final = "000201"
"""What the text of every payment QR begins with, by EMVCo's and QRIS's rules."""
_PORTS: Final = {"http": 80, "https": 443}


class Verdict(enum.StrEnum):
    """What a sticker is."""

    OURS = "ours"
    OLD = "old"
    """Our address, and no table of this outlet: it was given a new sticker, or the table is another outlet's."""
    PAYMENT = "payment"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Checked:
    """One sticker that was looked at."""

    verdict: Verdict
    table: Table | None
    """Whose sticker it is, where it is ours."""
    leads_to: str
    """The host of a foreign address, or the beginning of what it says otherwise."""


@dataclass(frozen=True, slots=True)
class Round:
    """All tables with what is known of their stickers."""

    outlet: Outlet
    now: datetime
    tables: Sequence[Table]
    silent: Collection[int]
    """Ids of the tables that nobody orders from, though the others are busy."""


@dataclass(frozen=True, slots=True)
class StickerRound:
    """Where whoever walks from table to table asks about each sticker."""

    db: Database
    clock: Clock
    base_url: str

    def tables(self, outlet_id: int) -> Round:
        """List an outlet's tables."""
        now = self.clock()
        with self.db.read() as session:
            tables = tables_of(session, outlet_id)
            return Round(outlet_of(session, outlet_id), now, tables, silent_tables(session, tables, now))

    @retried
    def check(self, outlet_id: int, said: str, by: Actor) -> Checked:
        """Judge what a sticker says, and write down who looked; one that is not ours stands in the list of acts."""
        text = clean_text(said, limit=LONGEST, field="said")
        with self.db.write() as session:
            # As it is: what cannot be seen leads elsewhere too.
            checked = self._judge(session, outlet_id, said.strip())
            at = self.clock()
            if checked.table is not None:
                checked.table.sticker_seen_at = at
            kind = "sticker.ours" if checked.verdict is Verdict.OURS else "sticker.not_ours"
            facts: dict[str, Any] = {"table": checked.table.label} if checked.table else {"said": text[:_KEPT]}
            tell(session, kind, outlet_id=outlet_id, at=at, by=by, topics=(board_topic(outlet_id),), **facts)
            return checked

    def _judge(self, session: Session, outlet_id: int, said: str) -> Checked:
        address, ours = _split(said), urlsplit(self.base_url)
        if address is None:
            verdict = Verdict.PAYMENT if said.startswith(_PAYMENT) else Verdict.FOREIGN
            return Checked(verdict, None, clean_text(said, limit=LONGEST, field="said")[:_KEPT])
        host = str(address.hostname)
        stem = f"{ours.path.rstrip('/')}/t/"
        if not _same_place(address, ours) or not address.path.startswith(stem):
            return Checked(Verdict.FOREIGN, None, host)
        try:
            table = table_by_token(session, address.path.removeprefix(stem).rstrip("/"))
        except UnknownTable:
            return Checked(Verdict.OLD, None, host)
        is_here = table.outlet_id == outlet_id and table.has_seats
        return Checked(Verdict.OURS, table, host) if is_here else Checked(Verdict.OLD, None, host)


def _split(said: str) -> SplitResult | None:
    try:
        address = urlsplit(said)
        # Reads the port, which may be none.
        _ = address.port
    except ValueError:
        return None
    return address if address.scheme in _PORTS and address.hostname else None


def _same_place(one: SplitResult, ours: SplitResult) -> bool:
    """Compare host and port. A sticker from before the house had TLS says http, and leads here all the same."""
    if one.username is not None or one.hostname != ours.hostname:
        return False
    usual = one.port in {None, _PORTS[one.scheme]} and ours.port in {None, _PORTS[ours.scheme]}
    return usual or (one.scheme == ours.scheme and one.port == ours.port)
