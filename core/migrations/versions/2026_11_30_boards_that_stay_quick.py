"""Boards that stay quick: the newest event of an outlet, and the money cases that are open, are found without reading old ones."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_events_newest", "events", ["outlet_id", "id"])
    op.create_index("ix_money_cases_open", "money_cases", ["outlet_id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
