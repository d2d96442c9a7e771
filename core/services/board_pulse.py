"""Tells at the price of one look whether anything happened since a board was printed."""

from dataclasses import dataclass

from core.base.database import Database
from core.events.record import last_event_number


@dataclass(frozen=True, slots=True)
class BoardPulse:
    """The newest event number of an outlet, straight from the database: no nudge can be missed."""

    db: Database

    def newest_event(self, outlet_id: int) -> int:
        """Give the number of the newest event, 0 before the first."""
        with self.db.read() as session:
            return last_event_number(session, outlet_id)
