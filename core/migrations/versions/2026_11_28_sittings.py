"""Sittings: parties at tables, with their phones, their orders, their code and their calls."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime

revision = "0008"
down_revision = "0007"

_OPEN = sa.text("ended_at IS NULL")
_CALLING = sa.text("called_at IS NOT NULL")
_WHOLE = {"sqlite": "INTEGER", "postgresql": "BIGINT"}


def upgrade() -> None:
    op.create_table(
        "sittings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("table_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("wrong_codes", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.Column("phones", sa.BigInteger(), nullable=False),
        sa.Column("called_at", UtcDateTime(), nullable=True),
        sa.Column("called_for", sa.String(40), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_sittings_outlet_id_outlets")),
        sa.ForeignKeyConstraint(["table_id"], ["tables.id"], name=op.f("fk_sittings_table_id_tables")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sittings")),
        sa.UniqueConstraint("uid", name=op.f("uq_sittings_uid")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_sittings_table_id"), "sittings", ["table_id"])
    op.create_index(
        "uq_sittings_table_id_open",
        "sittings",
        ["table_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_sittings_calling", "sittings", ["outlet_id"], sqlite_where=_CALLING, postgresql_where=_CALLING)
    whole = _WHOLE[op.get_bind().dialect.name]
    for table in ("visits", "orders"):
        # Named in one breath with its column: SQLite takes no constraint afterwards.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN sitting_id {whole} "
            f"CONSTRAINT fk_{table}_sitting_id_sittings REFERENCES sittings (id)"
        )
        op.create_index(op.f(f"ix_{table}_sitting_id"), table, ["sitting_id"])
    # With defaults of the database's own: the code before this one goes on writing such rows.
    for table, column in (("visits", "is_let_in"), ("visits", "shares"), ("outlets", "asks_table_code")):
        op.add_column(table, sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("visits", sa.Column("number", sa.BigInteger(), nullable=True))
    op.add_column("basket_lines", sa.Column("added_by", sa.BigInteger(), nullable=True))
