"""On SQLite no row that tells of money is replaced, whatever the connection that writes has switched on."""

from core.migrations.guarded import REPLACE_KEYS
from core.migrations.guards import make_irreplaceable, make_messages_irreplaceable

revision = "0013"
down_revision = "0012"

_BY_THEN = (
    *("postings", "entries", "events", "gateway_messages", "message_outcomes"),
    *("orders", "order_lines", "attempts", "refunds", "money_cases", "tickets", "stock_moves", "shifts"),
)


def upgrade() -> None:
    for table in _BY_THEN:
        if table == "gateway_messages":
            make_messages_irreplaceable()
        else:
            make_irreplaceable(table, REPLACE_KEYS[table])
