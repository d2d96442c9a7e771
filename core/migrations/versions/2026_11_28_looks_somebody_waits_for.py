"""Attempts remember since when somebody waits for their next look: those come before our own timetable."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("attempts", sa.Column("wanted_at", UtcDateTime(), nullable=True))
