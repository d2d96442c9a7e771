"""Kiosk tablets: pairing, devices, places that are no tables, and how an order is to be served."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime

revision = "0007"
down_revision = "0006"

_WHOLE = {"sqlite": "INTEGER", "postgresql": "BIGINT"}


def upgrade() -> None:
    # With defaults of the database's own: the code before this one goes on writing such rows.
    op.add_column("tables", sa.Column("kind", sa.String(40), nullable=False, server_default="table"))
    for table in ("visits", "orders"):
        op.add_column(table, sa.Column("serving", sa.String(40), nullable=False, server_default="dine_in"))
    op.add_column("visits", sa.Column("stand", sa.BigInteger(), nullable=True))
    # Named in one breath with its column: SQLite takes no constraint afterwards.
    op.execute(
        f"ALTER TABLE orders ADD COLUMN stand {_WHOLE[op.get_bind().dialect.name]} "
        "CONSTRAINT ck_orders_stand_sane CHECK (stand BETWEEN 1 AND 999)"
    )
    _make_pairings()
    _make_devices()


def _make_pairings() -> None:
    op.create_table(
        "pairings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairings")),
        sa.UniqueConstraint("code", name=op.f("uq_pairings_code")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_pairings_token_digest")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_pairings_expires_at"), "pairings", ["expires_at"])


def _make_devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("table_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("approved_at", UtcDateTime(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_devices_outlet_id_outlets")),
        sa.ForeignKeyConstraint(["table_id"], ["tables.id"], name=op.f("fk_devices_table_id_tables")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_devices_token_digest")),
        sa.UniqueConstraint("uid", name=op.f("uq_devices_uid")),
        sqlite_strict=True,
    )
    for column in ("outlet_id", "table_id"):
        op.create_index(op.f(f"ix_devices_{column}"), "devices", [column])
