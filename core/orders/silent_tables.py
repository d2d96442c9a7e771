"""Tables at which nobody orders while the others are busy: their stickers may lead somewhere else."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.orders.models import Sitting
from core.outlets.models import Table

LOOKED_AT: Final = timedelta(hours=48)
BUSY: Final = 6
"""Parties at each other table in that time, on average: that one table has none by chance is rarer than one in four hundred."""


def silent_tables(session: Session, tables: Sequence[Table], at: datetime) -> Collection[int]:
    """Tell the ids of an outlet's tables that no phone has ordered from, though the others were busy.

    A table whose sticker was looked at in that time is as quiet as it is.
    """
    if len(tables) < 2:
        return ()
    since = at - LOOKED_AT
    by_phone = (Sitting.outlet_id == tables[0].outlet_id, Sitting.opened_at >= since, Sitting.phones > 0)
    counted = select(Sitting.table_id, func.count().label("parties")).where(*by_phone).group_by(Sitting.table_id)
    parties = {row.table_id: row.parties for row in session.execute(counted)}
    at_the_others = sum(parties.get(table.id, 0) for table in tables) / (len(tables) - 1)
    if at_the_others < BUSY:
        return ()
    unseen = [table for table in tables if table.sticker_seen_at is None or table.sticker_seen_at < since]
    return frozenset(table.id for table in unseen if table.id not in parties)
