"""What each process has last met at the gateway, so that all of them tell staff the same."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("heartbeats", sa.Column("trouble", sa.String(), nullable=True))
    op.add_column("heartbeats", sa.Column("troubled_at", UtcDateTime(), nullable=True))
    op.add_column("heartbeats", sa.Column("answered_at", UtcDateTime(), nullable=True))
