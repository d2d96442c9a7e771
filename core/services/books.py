"""Checks that the books hold: what `meja check` prints, and what every test that moves money ends with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database, UtcDateTime
from core.base.ids import is_gateway_reference
from core.base.settings import Settings
from core.gateways.simulator_book import BookLine, read_simulator_book
from core.services.book_checks import CHECKS, WAITING
from core.services.settlement_checks import SETTLEMENT_CHECKS

_MOST_SHOWN = 10
_OURS = """
SELECT a.reference,
       COALESCE(SUM(CASE WHEN e.kind IN ('settle', 'reverse') THEN p.amount ELSE 0 END), 0),
      -COALESCE(SUM(CASE WHEN e.kind = 'refund' THEN p.amount ELSE 0 END), 0),
      -COALESCE(SUM(CASE WHEN e.kind = 'chargeback' THEN p.amount ELSE 0 END), 0)
FROM attempts a
LEFT JOIN postings p ON p.payment = a.reference AND p.account = 'gateway_clearing'
LEFT JOIN entries e ON e.uid = p.entry_uid
GROUP BY a.id, a.reference
"""
_KNOWN = "SELECT reference FROM attempts UNION SELECT reference FROM money_cases WHERE kind = 'unmatched'"


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant and whether it holds."""

    name: str
    sentence: str
    faults: tuple[str, ...]
    """The rows that break it, at most ten."""
    waiting: tuple[str, ...] = ()
    """The rows that will break it unless something comes of them, at most ten."""
    was_compared: bool = True
    """False where it is about the simulator's book, and no simulator answered: then nobody knows whether it holds."""

    @property
    def holds(self) -> bool:
        return not self.faults


_AGREES = ("gateway_agrees", "The simulator's own book of money says the same as our ledger, payment by payment.")
_HOLDS_NO_MORE = (
    "gateway_holds_no_more",
    "Every payment in the simulator's book under a reference like ours is known, or stands in a case.",
)
_UNCOMPARED = [Finding(*about, faults=(), was_compared=False) for about in (_AGREES, _HOLDS_NO_MORE)]


@dataclass(frozen=True, slots=True)
class Books:
    """Asks the database whether everything that must be true is true."""

    db: Database
    settings: Settings
    clock: Clock

    def check(self) -> list[Finding]:
        """Check every invariant; with a simulator as gateway, also that its book and our ledger agree.

        While no simulator answers, the two about its book are found not to have been compared. The comparison holds after one sweep: money that nobody has been told of is not in the ledger.
        """
        now = self.clock()
        with self.db.read() as session:
            findings = findings_in(session, now)
        if self.settings.midtrans_environment == "simulator":
            book = read_simulator_book(self.settings.core_url)
            # The book was read first: whatever is charged has its attempt before.
            findings += _UNCOMPARED if book is None else [self._compare(book), self._strangers(book)]
        return findings

    def _compare(self, book: dict[str, BookLine]) -> Finding:
        with self.db.read() as session:
            ours = {
                ref: BookLine(int(settled), int(refunded), int(lost))
                for ref, settled, refunded, lost in session.execute(text(_OURS))
            }
        nothing = BookLine(0, 0, 0)
        differing = [ref for ref, line in ours.items() if book.get(ref, nothing) != line]
        return Finding(*_AGREES, tuple(differing[:_MOST_SHOWN]))

    def _strangers(self, book: Mapping[str, BookLine]) -> Finding:
        """Look for money that came for us and that nobody has heard of, as after a copy was put back.

        Other shops may use the same simulator; only references of our shape can be ours.
        """
        with self.db.read() as session:
            known = set(session.scalars(text(_KNOWN)))
        strange = [ref for ref, line in book.items() if line.settled and is_gateway_reference(ref) and ref not in known]
        return Finding(*_HOLDS_NO_MORE, tuple(strange[:_MOST_SHOWN]))


def findings_in(session: Session, now: datetime) -> list[Finding]:
    """Ask what a session sees of the database whether everything that must be true of it is."""
    moments = {
        "now": now,
        "half_a_day_ago": now - timedelta(hours=12),
        "yesterday": now - timedelta(days=1),
        "a_week_ago": now - timedelta(days=7),
    }
    return [
        Finding(name, sentence, _ask(session, sql, moments), _ask(session, WAITING.get(name), moments))
        for name, sentence, sql in (*CHECKS, *SETTLEMENT_CHECKS)
    ]


def _ask(session: Session, sql: str | None, moments: Mapping[str, datetime]) -> tuple[str, ...]:
    if sql is None:
        return ()
    values = {moment: at for moment, at in moments.items() if f":{moment}" in sql}
    question = text(sql).bindparams(*(bindparam(moment, type_=UtcDateTime()) for moment in values))
    with session.execute(question, values) as rows:
        return tuple(str(row[0]) for row in rows.fetchmany(_MOST_SHOWN))
