"""Test payments, played to see that payments work; no money is in them."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "rehearsals",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("charged_at", UtcDateTime(), nullable=True),
        sa.Column("transaction_id", sa.String(), nullable=True),
        sa.Column("looked_at", UtcDateTime(), nullable=True),
        sa.Column("paid_at", UtcDateTime(), nullable=True),
        sa.Column("heard_at", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsals")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_rehearsals_outlet_id_outlets")),
        sa.UniqueConstraint("reference", name=op.f("uq_rehearsals_reference")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_rehearsals_outlet_id"), "rehearsals", ["outlet_id"])
