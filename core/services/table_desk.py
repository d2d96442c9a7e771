"""Knows the tables and their stickers."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.base.clock import Clock
from core.base.database import Database
from core.base.errors import N_, MejaError
from core.events.record import SYSTEM, Actor, tell
from core.outlets.models import Outlet, Table, TableKind
from core.outlets.queries import first_outlet, tables_of


class UnknownTableLabel(MejaError):
    """A table that this outlet has not got."""

    kind = "unknown-table-label"
    status = 404
    sentence = N_("There is no table %(label)s.")


@dataclass(frozen=True, slots=True)
class TableDesk:
    """Lists the tables, and gives them new stickers."""

    db: Database
    clock: Clock

    def tables(self) -> tuple[Outlet, Sequence[Table]]:
        """Read the outlet and its tables, as they stand on the floor. Raises NoOutlet."""
        with self.db.read() as session:
            outlet = first_outlet(session)
            return outlet, tables_of(session, outlet.id)

    def rotate(self, labels: Sequence[str], by: Actor = SYSTEM) -> Sequence[Table]:
        """Give tables new tokens: the old stickers are dead from now on.

        Raises UnknownTableLabel; no sticker is changed then.
        """
        with self.db.write() as session:
            outlet = first_outlet(session)
            of_outlet = select(Table).where(Table.outlet_id == outlet.id, Table.kind == TableKind.TABLE)
            found = {table.label: table for table in session.scalars(of_outlet.order_by(Table.id).with_for_update())}
            for label in labels:
                if label not in found:
                    raise UnknownTableLabel(label=label)
                found[label].token = secrets.token_urlsafe(16)
                tell(session, "table.rotated", outlet_id=outlet.id, at=self.clock(), by=by, topics=(), table=label)
            return [found[label] for label in labels]
