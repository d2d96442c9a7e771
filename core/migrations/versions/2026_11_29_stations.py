"""Stations: places in the kitchen, each with its part of the menu and of every order."""

import sqlalchemy as sa
from alembic import op

from core.base.database import UtcDateTime

revision = "0017"
down_revision = "0016"

_UNSEEN = sa.text("stopped_at IS NOT NULL AND seen_at IS NULL")
_WHOLE = {"sqlite": "INTEGER", "postgresql": "BIGINT"}


def upgrade() -> None:
    op.create_table(
        "stations",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_stations_outlet_id_outlets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stations")),
        sa.UniqueConstraint("outlet_id", "name", name=op.f("uq_stations_outlet_id_name")),
        sqlite_strict=True,
    )
    whole = _WHOLE[op.get_bind().dialect.name]
    for table in ("categories", "order_lines"):
        # Named in one breath with its column: SQLite takes no constraint afterwards.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN station_id {whole} "
            f"CONSTRAINT fk_{table}_station_id_stations REFERENCES stations (id)"
        )
    op.add_column("order_lines", sa.Column("cooked_at", UtcDateTime(), nullable=True))
    _make_station_tickets()


def _make_station_tickets() -> None:
    op.create_table(
        "station_tickets",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("station_id", sa.BigInteger(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ready_at", UtcDateTime(), nullable=True),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_station_tickets_order_id_orders")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlets.id"], name=op.f("fk_station_tickets_outlet_id_outlets")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_station_tickets_station_id_stations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_tickets")),
        sa.UniqueConstraint("order_id", "station_id", name=op.f("uq_station_tickets_order_id_station_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_station_tickets_unseen", "station_tickets", ["outlet_id"], sqlite_where=_UNSEEN, postgresql_where=_UNSEEN
    )
