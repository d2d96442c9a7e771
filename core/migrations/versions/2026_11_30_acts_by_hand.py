"""The audit log stays quick: what staff did of what the gateway does all day is found without reading all of it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

_BY_HAND = sa.text(
    "kind IN ('order.paid', 'order.cancelled', 'order.cancel_wanted') AND \"by\" >= 'staff:' AND \"by\" < 'staff;'"
)


def upgrade() -> None:
    op.create_index(
        "ix_events_by_hand",
        "events",
        ["outlet_id", "kind", "at", "id"],
        sqlite_where=_BY_HAND,
        postgresql_where=_BY_HAND,
    )
