"""On SQLite no row that tells of money is replaced, whatever the connection that writes has switched on."""

from core.migrations.guarded import REPLACE_KEYS
from core.migrations.guards import make_irreplaceable, make_messages_irreplaceable

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    for table, keys in REPLACE_KEYS.items():
        if table == "gateway_messages":
            make_messages_irreplaceable()
        else:
            make_irreplaceable(table, keys)
