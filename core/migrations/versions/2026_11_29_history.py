"""Keys of other programs, and an index by which the history of payments is read from its end."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime

revision = "0010"
down_revision = "0009"

_IN_USE = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_api_keys_outlet_id_outlets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_api_keys_token_digest")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_api_keys_outlet_id_name_in_use",
        "api_keys",
        ["outlet_id", "name"],
        unique=True,
        sqlite_where=_IN_USE,
        postgresql_where=_IN_USE,
    )
    op.create_index("ix_entries_history", "entries", ["outlet_id", "business_day", "id"])
