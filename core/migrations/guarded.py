"""Names what the database guards by itself, without the migration library: who makes it and who misses it read it here."""

from collections.abc import Mapping, Sequence
from typing import Final

APPEND_ONLY: Final = (
    *("postings", "entries", "events", "gateway_messages", "message_outcomes"),
    *("settlement_files", "settlement_lines"),
)
KEPT: Final = (
    *("orders", "order_lines", "attempts", "refunds", "money_cases", "tickets", "stock_moves", "shifts"),
    "settlement_breaks",
)
"""Rows that tell of money: they may take a step, and never go away."""
REPLACE_KEYS: Final[Mapping[str, Sequence[str]]] = {
    "postings": (),
    "entries": ("uid = NEW.uid", "source = NEW.source AND source_id = NEW.source_id AND kind = NEW.kind"),
    "events": (),
    "gateway_messages": (),
    "message_outcomes": ("message_id = NEW.message_id",),
    "orders": (
        "uid = NEW.uid",
        "outlet_id = NEW.outlet_id AND business_day = NEW.business_day AND number = NEW.number",
    ),
    "order_lines": (),
    "attempts": ("reference = NEW.reference",),
    "refunds": ("payment = NEW.payment AND refund_key = NEW.refund_key",),
    "money_cases": ("uid = NEW.uid", "kind = NEW.kind AND reference = NEW.reference"),
    "tickets": ("order_id = NEW.order_id AND batch = NEW.batch",),
    "stock_moves": (),
    "shifts": (),
    "settlement_files": ("uid = NEW.uid", "outlet_id = NEW.outlet_id AND digest = NEW.digest"),
    "settlement_lines": ("file_id = NEW.file_id AND row_number = NEW.row_number",),
    "settlement_breaks": (
        "uid = NEW.uid",
        "line_id = NEW.line_id AND kind = NEW.kind",
        "line_id IS NULL AND NEW.line_id IS NULL AND outlet_id = NEW.outlet_id AND reference = NEW.reference",
    ),
}
"""By which keys, beside its id, a row could be replaced on SQLite. A message that comes twice is let pass, unwritten."""
RULES: Final = (
    ("entries", "guard"),
    ("postings", "guard"),
    ("orders", "steps"),
    ("attempts", "guard"),
    ("attempts", "fixed"),
    ("attempts", "steps"),
    ("refunds", "guard"),
    ("refunds", "capped"),
    ("refunds", "steps"),
    ("settlement_breaks", "steps"),
)
"""Tables and what is asked about their rows before these are written."""


def trigger_names(*, is_sqlite: bool) -> frozenset[str]:
    """Name every trigger that a database of the newest shape has."""
    rules = {f"{table}_{rule}" for table, rule in RULES}
    if is_sqlite:
        fixed = {f"{table}_no_{act}" for table in APPEND_ONLY for act in ("update", "delete")}
        whole = {f"{table}_no_replace" for table in REPLACE_KEYS}
        return frozenset(rules | fixed | whole | {f"{table}_no_delete" for table in KEPT})
    fixed = {f"{table}_append_only" for table in APPEND_ONLY}
    return frozenset(rules | fixed | {f"{table}_kept" for table in KEPT})
