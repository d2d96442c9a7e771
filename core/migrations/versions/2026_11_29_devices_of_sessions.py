"""Sessions remember which browser they are on, through everybody who works there."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    # With a default of the database's own: the code before this one goes on signing people in.
    op.add_column("staff_sessions", sa.Column("device", sa.String(), nullable=False, server_default=""))
