"""A party remembers when one of its phones last did something: who still picks has not left."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    # Empty is an answer: the code before this one seats parties without it.
    op.add_column("sittings", sa.Column("seen_at", UtcDateTime(), nullable=True))
