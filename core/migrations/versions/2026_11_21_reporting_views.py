"""Views that other programs may read: their columns stay, whatever becomes of the tables behind them."""

from alembic import op

revision = "0003"
down_revision = "0002"

_ORDERS = """
CREATE VIEW report_orders AS
SELECT o.uid AS order_uid, o.outlet_id, t.name AS outlet, o.business_day, o.number_prefix || o.number AS order_number,
       p.label AS table_label, o.status, o.payment_status, o.payment_method, o.created_at, o.paid_at, o.done_at,
       o.subtotal, o.discount, o.service, o.tax, o.total, o.cash_total,
       COALESCE(m.received, 0) AS received, COALESCE(m.returned, 0) AS returned
FROM orders o
JOIN outlets t ON t.id = o.outlet_id
LEFT JOIN tables p ON p.id = o.table_id
LEFT JOIN (
  SELECT g.order_id,
         SUM(CASE WHEN g.amount > 0 OR e.kind = 'reverse' THEN g.amount ELSE 0 END) AS received,
         SUM(CASE WHEN g.amount < 0 AND e.kind <> 'reverse' THEN -g.amount ELSE 0 END) AS returned
  FROM postings g JOIN entries e ON e.uid = g.entry_uid
  WHERE g.account IN ('gateway_clearing', 'drawer') AND g.order_id IS NOT NULL
  GROUP BY g.order_id
) m ON m.order_id = o.id
"""
_PAYMENTS = """
CREATE VIEW report_payments AS
SELECT e.uid AS entry_uid, e.outlet_id, e.business_day, e.at, e.kind,
       CASE WHEN g.account = 'drawer' THEN 'cash' ELSE 'qris' END AS method,
       SUM(g.amount) AS amount, g.payment AS payment_reference,
       a.transaction_id, a.issuer, a.acquirer, a.gateway_paid_at,
       COALESCE(o.uid, c.uid) AS order_uid,
       COALESCE(o.number_prefix || o.number, c.number_prefix || c.number) AS order_number, e.by AS caused_by
FROM entries e
JOIN postings g ON g.entry_uid = e.uid AND g.account IN ('gateway_clearing', 'drawer') AND g.payment IS NOT NULL
LEFT JOIN attempts a ON a.reference = g.payment
LEFT JOIN orders o ON o.id = a.order_id
LEFT JOIN orders c ON c.uid = g.payment
WHERE e.kind IN ('settle', 'cash', 'refund', 'chargeback', 'reverse')
GROUP BY e.uid, e.outlet_id, e.business_day, e.at, e.kind, g.account, g.payment, a.transaction_id, a.issuer,
         a.acquirer, a.gateway_paid_at, o.uid, o.number_prefix, o.number, c.uid, c.number_prefix, c.number, e.by
"""
_LEDGER = """
CREATE VIEW report_ledger AS
SELECT g.id AS line, e.uid AS entry_uid, e.outlet_id, e.business_day, e.at, e.kind, e.source, e.source_id,
       g.account, CASE WHEN g.amount > 0 THEN g.amount ELSE 0 END AS debit,
       CASE WHEN g.amount < 0 THEN -g.amount ELSE 0 END AS credit,
       g.payment AS payment_reference, o.uid AS order_uid, g.shift_id, e.by AS caused_by
FROM postings g
JOIN entries e ON e.uid = g.entry_uid
LEFT JOIN orders o ON o.id = g.order_id
"""


def upgrade() -> None:
    for view in (_ORDERS, _PAYMENTS, _LEDGER):
        op.execute(view)
