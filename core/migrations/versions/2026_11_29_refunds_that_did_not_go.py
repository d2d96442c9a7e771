"""A refund that the gateway took may turn out not to have gone back; what was undone was not returned."""

from alembic import op

from core.migrations.guards import drop_steps_checked, make_steps_checked

revision = "0014"
down_revision = "0013"

_REFUND_STEPS = {
    "asked": ("accepted", "confirmed", "refused"),
    # A manager looked it up, and it did not go back.
    "accepted": ("confirmed", "refused"),
    "refused": ("accepted", "confirmed"),
}
_ORDERS = """
VIEW report_orders AS
SELECT o.uid AS order_uid, o.outlet_id, t.name AS outlet, o.business_day, o.number_prefix || o.number AS order_number,
       p.label AS table_label, o.status, o.payment_status, o.payment_method, o.created_at, o.paid_at, o.done_at,
       o.subtotal, o.discount, o.service, o.tax, o.total, o.cash_total,
       COALESCE(m.received, 0) AS received, COALESCE(m.returned, 0) AS returned
FROM orders o
JOIN outlets t ON t.id = o.outlet_id
LEFT JOIN tables p ON p.id = o.table_id
LEFT JOIN (
  SELECT g.order_id,
         SUM(CASE WHEN e.kind <> 'refund' AND (g.amount > 0 OR e.kind = 'reverse') THEN g.amount ELSE 0 END) AS received,
         SUM(CASE WHEN e.kind = 'refund' OR (g.amount < 0 AND e.kind <> 'reverse') THEN -g.amount ELSE 0 END) AS returned
  FROM postings g JOIN entries e ON e.uid = g.entry_uid
  WHERE g.account IN ('gateway_clearing', 'drawer') AND g.order_id IS NOT NULL
  GROUP BY g.order_id
) m ON m.order_id = o.id
"""


def upgrade() -> None:
    drop_steps_checked("refunds")
    make_steps_checked("refunds", "state", _REFUND_STEPS)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP VIEW report_orders")
        op.execute(f"CREATE {_ORDERS}")
        return
    # In its place: whoever was allowed to read it still is.
    op.execute(f"CREATE OR REPLACE {_ORDERS}")
