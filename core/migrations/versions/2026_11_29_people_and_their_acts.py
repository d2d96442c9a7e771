"""People: codes after the password, where somebody signed in from, and an index by which acts are read from their end."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    # With defaults of the database's own: the code before this one goes on hiring people and signing them in.
    op.add_column("staff", sa.Column("totp_salt", sa.String(), nullable=False, server_default=""))
    op.add_column("staff", sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default="0"))
    for column in ("browser", "address"):
        op.add_column("staff_sessions", sa.Column(column, sa.String(), nullable=False, server_default=""))
    op.create_table(
        "pending_logins",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_pending_logins_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_logins")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_pending_logins_token_digest")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_pending_logins_staff_id"), "pending_logins", ["staff_id"])
    op.create_index(op.f("ix_pending_logins_expires_at"), "pending_logins", ["expires_at"])
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recovery_codes_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("digest", name=op.f("uq_recovery_codes_digest")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_recovery_codes_staff_id"), "recovery_codes", ["staff_id"])
    op.create_index("ix_events_acts", "events", ["outlet_id", "kind", "at", "id"])
