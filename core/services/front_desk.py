"""Knows the house for whoever comes in by the front page."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.base.database import Database
from core.outlets.models import Outlet, Table
from core.outlets.queries import first_outlet, tables_of


@dataclass(frozen=True, slots=True)
class House:
    """An outlet and its tables, in the order they stand."""

    outlet: Outlet
    tables: Sequence[Table]


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """Shows newcomers round. Only the demo lists its tables: elsewhere their addresses are on the stickers alone."""

    db: Database

    def house(self) -> House:
        """Read the oldest outlet with its tables. Raises NoOutlet before the first is set up."""
        with self.db.read() as session:
            outlet = first_outlet(session)
            return House(outlet, tables_of(session, outlet.id))
