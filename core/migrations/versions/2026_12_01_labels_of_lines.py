"""What a cook goes by stays with the line that was ordered, whatever the menu says later."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("order_lines", sa.Column("labels", sa.JSON(), nullable=False, server_default="[]"))
