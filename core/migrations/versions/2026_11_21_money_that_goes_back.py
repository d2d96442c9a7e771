"""Refunds that are asked for, cases with a way out, money that is followed from entry to entry."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime
from core.migrations.guards import (
    drop_steps_checked,
    make_attempts_fixed,
    make_kept,
    make_refunds_capped,
    make_steps_checked,
    written_anew,
)

revision = "0002"
down_revision = "0001"

_KEPT = ("orders", "order_lines", "attempts", "refunds", "money_cases", "tickets", "stock_moves", "shifts")
_ENDS = ("settled", "expired", "cancelled", "denied", "failed")
_ATTEMPT_STEPS = {
    "charging": ("live", "unknown", *_ENDS),
    "live": ("unknown", *_ENDS),
    "unknown": ("live", *_ENDS),
    "expired": ("settled",),
    "cancelled": ("settled",),
    "denied": ("settled",),
    "failed": ("settled",),
    "settled": ("denied",),
}
_REFUND_STEPS = {
    "asked": ("accepted", "confirmed", "refused"),
    "accepted": ("confirmed",),
    # The gateway has the last word: what it lists after all did go back.
    "refused": ("accepted", "confirmed"),
}
_FOLLOWED = (
    # What brought the money names it itself.
    "UPDATE postings SET payment = (SELECT e.source_id FROM entries e WHERE e.uid = entry_uid) "
    "WHERE account IN ('gateway_clearing', 'unapplied', 'drawer') "
    "AND entry_uid IN (SELECT uid FROM entries WHERE kind IN ('settle', 'cash'))",
    # A gateway order id has 28 characters; the refund's key follows it.
    "UPDATE postings SET payment = (SELECT substr(e.source_id, 1, 28) FROM entries e WHERE e.uid = entry_uid) "
    "WHERE account IN ('gateway_clearing', 'unapplied') "
    "AND entry_uid IN (SELECT uid FROM entries WHERE kind = 'refund')",
    # A cancelled order's money stands in the case that was opened with it.
    "UPDATE postings SET payment = (SELECT c.reference FROM money_cases c WHERE c.kind = 'after_cancel' "
    "AND c.order_id = postings.order_id) WHERE account = 'unapplied' "
    "AND entry_uid IN (SELECT uid FROM entries WHERE kind = 'void')",
)


def upgrade() -> None:
    _follow_money()
    _make_refunds()
    _add_ways_out()
    op.create_table(
        "heartbeats",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("beat_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeats")),
        sa.UniqueConstraint("name", name=op.f("uq_heartbeats_name")),
        sqlite_strict=True,
    )
    drop_steps_checked("attempts")
    make_steps_checked("attempts", "state", _ATTEMPT_STEPS)
    make_steps_checked("refunds", "state", _REFUND_STEPS)
    make_attempts_fixed()
    make_refunds_capped()
    for table in _KEPT:
        make_kept(table)


def _follow_money() -> None:
    op.add_column("postings", sa.Column("payment", sa.String(), nullable=True))
    op.create_index(op.f("ix_postings_payment"), "postings", ["payment"])
    with written_anew("postings"):
        for statement in _FOLLOWED:
            op.execute(statement)


def _make_refunds() -> None:
    # Copied rather than altered: SQLite cannot add a column that must not be empty.
    op.rename_table("refunds", "refunds_before")
    if op.get_bind().dialect.name != "sqlite":
        for name in ("pk_refunds", "uq_refunds_attempt_id_refund_key", "ck_refunds_amount_positive"):
            op.execute(f"ALTER TABLE refunds_before DROP CONSTRAINT {name}")
        op.execute("ALTER SEQUENCE refunds_id_seq RENAME TO refunds_before_id_seq")
    op.drop_index("ix_refunds_attempt_id", "refunds_before")
    op.create_table(
        "refunds",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("payment", sa.String(), nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("refund_key", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("from_case", sa.Boolean(), nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("refused_for", sa.String(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("leased_until", UtcDateTime(), nullable=True),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("first_sent_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_amount_positive")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_refunds_attempt_id_attempts")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_refunds_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("payment", "refund_key", name=op.f("uq_refunds_payment_refund_key")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_refunds_attempt_id"), "refunds", ["attempt_id"])
    op.create_index(op.f("ix_refunds_order_id"), "refunds", ["order_id"])
    due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_refunds_due_at", "refunds", ["due_at"], sqlite_where=due, postgresql_where=due)
    op.execute(
        'INSERT INTO refunds (payment, attempt_id, order_id, refund_key, amount, reason, from_case, way, state, "by", '
        "seen_at, confirmed_at, due_at, tries) SELECT a.reference, r.attempt_id, a.order_id, r.refund_key, r.amount, r.reason, "
        "a.id IS NOT NULL, 'gateway', "
        "CASE WHEN r.confirmed_at IS NULL THEN 'accepted' ELSE 'confirmed' END, 'gateway', r.seen_at, r.confirmed_at, "
        # What the bank has not confirmed is asked about from now on.
        "CASE WHEN r.confirmed_at IS NULL THEN r.seen_at END, 0 "
        "FROM refunds_before r JOIN attempts a ON a.id = r.attempt_id ORDER BY r.id"
    )
    op.drop_table("refunds_before")


def _add_ways_out() -> None:
    op.add_column("money_cases", sa.Column("deadline_at", UtcDateTime(), nullable=True))
    # Named in one breath with its column: SQLite takes no constraint afterwards.
    op.execute(
        "ALTER TABLE money_cases ADD COLUMN owner_id "
        f"{'INTEGER' if op.get_bind().dialect.name == 'sqlite' else 'BIGINT'} "
        "CONSTRAINT fk_money_cases_owner_id_staff REFERENCES staff (id)"
    )
    for column in ("settled_by", "resolution"):
        op.add_column("money_cases", sa.Column(column, sa.String(), nullable=True))
    op.add_column("money_cases", sa.Column("note", sa.String(), nullable=False, server_default=""))
    # Until now a case ended only when its money had gone back.
    op.execute("UPDATE money_cases SET resolution = 'refunded', settled_by = 'gateway' WHERE settled_at IS NOT NULL")
