"""Stations: places in the kitchen, each with its part of the menu and of every order."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0014"

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
