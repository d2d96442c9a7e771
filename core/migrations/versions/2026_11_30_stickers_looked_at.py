"""When each table's sticker was last found to be ours, and how many parties sat down lately."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("tables", sa.Column("sticker_seen_at", UtcDateTime(), nullable=True))
    op.create_index("ix_sittings_outlet_id_opened_at", "sittings", ["outlet_id", "opened_at"])
