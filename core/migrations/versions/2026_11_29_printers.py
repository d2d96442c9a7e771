"""Printers, and the jobs that wait for them."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime

revision = "0018"
down_revision = "0017"

_IN_USE = sa.text("removed_at IS NULL")
_OPEN = sa.text("done_at IS NULL")


def upgrade() -> None:
    _make_printers()
    _make_print_jobs()


def _make_printers() -> None:
    op.create_table(
        "printers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("port", sa.BigInteger(), nullable=False),
        sa.Column("paper", sa.BigInteger(), nullable=False),
        sa.Column("prints_kitchen", sa.Boolean(), nullable=False),
        sa.Column("station_id", sa.BigInteger(), nullable=True),
        sa.Column("prints_receipts", sa.Boolean(), nullable=False),
        sa.Column("prints_after_cash", sa.Boolean(), nullable=False),
        sa.Column("opens_drawer", sa.Boolean(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("leased_until", UtcDateTime(), nullable=True),
        sa.Column("trouble", sa.String(40), nullable=True),
        sa.Column("down_since", UtcDateTime(), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("retry_at", UtcDateTime(), nullable=True),
        sa.Column("printed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("paper IN (58, 80)", name=op.f("ck_printers_paper_known")),
        sa.CheckConstraint("port BETWEEN 9100 AND 9199", name=op.f("ck_printers_port_of_a_printer")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_printers_outlet_id_outlets")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_printers_station_id_stations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printers")),
        sa.UniqueConstraint("uid", name=op.f("uq_printers_uid")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_printers_outlet_id_name_in_use",
        "printers",
        ["outlet_id", "name"],
        unique=True,
        sqlite_where=_IN_USE,
        postgresql_where=_IN_USE,
    )


def _make_print_jobs() -> None:
    op.create_table(
        "print_jobs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("printer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("copy", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("doubts", sa.BigInteger(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_print_jobs_order_id_orders")),
        sa.ForeignKeyConstraint(["printer_id"], ["printers.id"], name=op.f("fk_print_jobs_printer_id_printers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_jobs")),
        sqlite_strict=True,
    )
    for column in ("created_at", "order_id"):
        op.create_index(op.f(f"ix_print_jobs_{column}"), "print_jobs", [column])
    op.create_index(
        "ix_print_jobs_open", "print_jobs", ["printer_id", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
