"""Tries to sign in, counted by all processes together and over a restart; and when somebody last proved who they are."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("staff_sessions", sa.Column("proven_at", UtcDateTime(), nullable=True))
    op.create_table(
        "counted_tries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("whose", sa.String(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("over_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_tries")),
        sa.UniqueConstraint("lane", name=op.f("uq_counted_tries_lane")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_counted_tries_whose"), "counted_tries", ["whose"])
    op.create_index(op.f("ix_counted_tries_over_at"), "counted_tries", ["over_at"])
