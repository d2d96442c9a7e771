"""Checks that the books hold: what `meja check` prints, and what every test that moves money ends with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text

from core.base.clock import Clock
from core.base.database import Database, UtcDateTime
from core.base.settings import Settings
from core.gateways.simulator_book import BookLine, read_simulator_book
from core.services.book_checks import CHECKS

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


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant and whether it holds."""

    name: str
    sentence: str
    faults: tuple[str, ...]
    """The rows that break it, at most ten."""

    @property
    def holds(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class Books:
    """Asks the database whether everything that must be true is true."""

    db: Database
    settings: Settings
    clock: Clock

    def check(self) -> list[Finding]:
        """Check every invariant; with a simulator in reach, also that its book and our ledger agree.

        The comparison holds after one sweep: money that nobody has been told of is not in the ledger.
        """
        now = self.clock()
        moments = {"yesterday": now - timedelta(days=1), "a_week_ago": now - timedelta(days=7)}
        findings = [self._ask(name, sentence, sql, moments) for name, sentence, sql in CHECKS]
        if self.settings.midtrans_environment == "simulator":
            book = read_simulator_book(self.settings.core_url)
            if book is not None:
                findings.append(self._compare(book))
        return findings

    def _ask(self, name: str, sentence: str, sql: str, moments: Mapping[str, datetime]) -> Finding:
        values = {moment: at for moment, at in moments.items() if f":{moment}" in sql}
        question = text(sql).bindparams(*(bindparam(moment, type_=UtcDateTime()) for moment in values))
        with self.db.read() as session:
            faults = session.execute(question, values).fetchmany(_MOST_SHOWN)
        return Finding(name, sentence, tuple(str(row[0]) for row in faults))

    def _compare(self, book: dict[str, BookLine]) -> Finding:
        with self.db.read() as session:
            ours = {
                ref: BookLine(int(settled), int(refunded), int(lost))
                for ref, settled, refunded, lost in session.execute(text(_OURS))
            }
        nothing = BookLine(0, 0, 0)
        # The gateway may hold more than ours: a database restored from an old copy, another shop's account.
        differing = [ref for ref, line in ours.items() if book.get(ref, nothing) != line]
        return Finding(
            "gateway_agrees",
            "The simulator's own book of money says the same as our ledger, payment by payment.",
            tuple(differing[:_MOST_SHOWN]),
        )
