"""Opening hours and pauses, hours of categories, and what an order's guest was promised."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime

revision = "0006"
down_revision = "0005"
_READY = sa.text("ready_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "opening_hours",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("weekday", sa.BigInteger(), nullable=False),
        sa.Column("opens", sa.BigInteger(), nullable=False),
        sa.Column("closes", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours_weekday_exists")),
        sa.CheckConstraint("opens BETWEEN 0 AND 1439", name=op.f("ck_opening_hours_opens_within_the_day")),
        sa.CheckConstraint(
            "closes > opens AND closes <= opens + 1440", name=op.f("ck_opening_hours_closes_within_a_day")
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_opening_hours_outlet_id_outlets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_opening_hours_outlet_id"), "opening_hours", ["outlet_id"])
    for name, kind in (("paused_at", UtcDateTime()), ("paused_until", UtcDateTime()), ("pause_reason", sa.String())):
        op.add_column("outlets", sa.Column(name, kind, nullable=True))
    for name in ("served_from", "served_until", "last_order"):
        op.add_column("categories", sa.Column(name, sa.BigInteger(), nullable=True))
    for name in ("promised_at", "ready_at"):
        op.add_column("orders", sa.Column(name, UtcDateTime(), nullable=True))
    op.create_index(
        "ix_orders_ready", "orders", ["outlet_id", "ready_at"], sqlite_where=_READY, postgresql_where=_READY
    )
