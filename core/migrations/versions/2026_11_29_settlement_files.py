"""Settlement files, their lines, and what does not agree with our books; the merchant class that decides the fee."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime
from core.migrations.guarded import REPLACE_KEYS
from core.migrations.guards import make_append_only, make_irreplaceable, make_kept, make_steps_checked

revision = "0015"
down_revision = "0014"

_OPEN = sa.text("state = 'open'")
_WITHOUT_LINE = sa.text("line_id IS NULL")
_STEPS = {"open": ("closed", "cleared"), "cleared": ("open",)}


def upgrade() -> None:
    op.add_column("outlets", sa.Column("merchant_class", sa.String(40), nullable=True))
    _make_files()
    _make_lines()
    _make_breaks()
    for table in ("settlement_files", "settlement_lines"):
        make_append_only(table)
    make_kept("settlement_breaks")
    make_steps_checked("settlement_breaks", "state", _STEPS)
    for table in ("settlement_files", "settlement_lines", "settlement_breaks"):
        make_irreplaceable(table, REPLACE_KEYS[table])


def _make_files() -> None:
    op.create_table(
        "settlement_files",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("payments", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=True),
        sa.Column("vat", sa.BigInteger(), nullable=True),
        sa.Column("net", sa.BigInteger(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_settlement_files_outlet_id_outlets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_files")),
        sa.UniqueConstraint("uid", name=op.f("uq_settlement_files_uid")),
        sa.UniqueConstraint("outlet_id", "digest", name=op.f("uq_settlement_files_outlet_id_digest")),
        sqlite_strict=True,
    )


def _make_lines() -> None:
    op.create_table(
        "settlement_lines",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("row_number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=True),
        sa.Column("vat", sa.BigInteger(), nullable=True),
        sa.Column("net", sa.BigInteger(), nullable=True),
        sa.Column("payout", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("is_returned", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind = 'other' OR gross > 0", name=op.f("ck_settlement_lines_money_is_positive")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["settlement_files.id"], name=op.f("fk_settlement_lines_file_id_settlement_files")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_lines")),
        sa.UniqueConstraint("file_id", "row_number", name=op.f("uq_settlement_lines_file_id_row_number")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_settlement_lines_reference"), "settlement_lines", ["reference"])


def _make_breaks() -> None:
    op.create_table(
        "settlement_breaks",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("ours", sa.BigInteger(), nullable=True),
        sa.Column("theirs", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state <> 'closed' OR (closed_by IS NOT NULL AND reason <> '')",
            name=op.f("ck_settlement_breaks_closed_with_a_reason"),
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_settlement_breaks_outlet_id_outlets")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["settlement_files.id"], name=op.f("fk_settlement_breaks_file_id_settlement_files")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["settlement_lines.id"], name=op.f("fk_settlement_breaks_line_id_settlement_lines")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_breaks")),
        sa.UniqueConstraint("uid", name=op.f("uq_settlement_breaks_uid")),
        sa.UniqueConstraint("line_id", "kind", name=op.f("uq_settlement_breaks_line_id_kind")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_settlement_breaks_without_line",
        "settlement_breaks",
        ["outlet_id", "reference"],
        unique=True,
        sqlite_where=_WITHOUT_LINE,
        postgresql_where=_WITHOUT_LINE,
    )
    op.create_index(op.f("ix_settlement_breaks_file_id"), "settlement_breaks", ["file_id"])
    op.create_index(
        "ix_settlement_breaks_open", "settlement_breaks", ["outlet_id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
