"""Lines of an order remember that they are not made any more."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("order_lines", sa.Column("stopped_at", UtcDateTime(), nullable=True))
