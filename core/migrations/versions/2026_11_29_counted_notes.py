"""Shifts remember which notes and coins were counted."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    # With a default of the database's own: the code before this one goes on closing shifts.
    op.add_column("shifts", sa.Column("notes", sa.JSON(), nullable=False, server_default="{}"))
