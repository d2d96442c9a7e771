"""The invariants of the books, each as a question whose every answer is a fault.

Plain SQL that SQLite and PostgreSQL read alike, and independent of the code it checks.
"""

from typing import Final

_RECEIVED = """
SELECT order_id, received, CASE WHEN held > 0 THEN went ELSE received END AS returned FROM (
SELECT p.order_id,
       SUM(CASE WHEN p.account IN ('gateway_clearing', 'drawer') AND (p.amount > 0 OR e.kind = 'reverse')
                  OR p.account = 'rounding' THEN p.amount ELSE 0 END) AS received,
       SUM(CASE WHEN p.account IN ('gateway_clearing', 'drawer') AND p.amount < 0 AND e.kind <> 'reverse'
                THEN -p.amount ELSE 0 END) AS went,
       SUM(CASE WHEN p.account IN ('gateway_clearing', 'drawer') THEN p.amount ELSE 0 END) AS held
FROM postings p JOIN entries e ON e.uid = p.entry_uid WHERE p.order_id IS NOT NULL GROUP BY p.order_id) sums
"""
_BROUGHT = """
SELECT p.payment, SUM(p.amount) AS amount FROM postings p JOIN entries e ON e.uid = p.entry_uid
WHERE p.account IN ('gateway_clearing', 'drawer') AND e.kind IN ('settle', 'cash') GROUP BY p.payment
"""

CHECKS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "entries_balance",
        "The postings of every ledger entry sum to zero.",
        "SELECT entry_uid FROM postings GROUP BY entry_uid HAVING SUM(amount) <> 0",
    ),
    (
        "entries_whole",
        "Every posting belongs to an entry, and every entry has postings.",
        "SELECT p.entry_uid FROM postings p LEFT JOIN entries e ON e.uid = p.entry_uid WHERE e.uid IS NULL "
        "UNION SELECT e.uid FROM entries e LEFT JOIN postings p ON p.entry_uid = e.uid WHERE p.id IS NULL",
    ),
    (
        "one_settlement_per_attempt",
        "A settled attempt has exactly one settlement in the ledger, of its amount.",
        "SELECT a.reference FROM attempts a WHERE a.state = 'settled' AND (SELECT COUNT(*) FROM entries e "
        "JOIN postings p ON p.entry_uid = e.uid WHERE e.kind = 'settle' AND e.source = 'gateway' "
        "AND e.source_id = a.reference AND p.account = 'gateway_clearing' AND p.amount = a.amount) <> 1",
    ),
    (
        "no_settlement_without_attempt",
        "Every settlement in the ledger has its settled attempt, or a case for its wrong amount or its being undone.",
        "SELECT e.source_id FROM entries e LEFT JOIN attempts a ON a.reference = e.source_id AND a.state = 'settled' "
        "LEFT JOIN money_cases c ON c.reference = e.source_id AND c.kind IN ('wrong_amount', 'reversed') "
        "WHERE e.kind = 'settle' AND a.id IS NULL AND c.id IS NULL",
    ),
    (
        "undone_only_what_came",
        "A settlement was undone only where there was one.",
        "SELECT e.source_id FROM entries e LEFT JOIN entries s ON s.source_id = e.source_id AND s.kind = 'settle' "
        "AND s.source = 'gateway' WHERE e.kind = 'reverse' AND s.id IS NULL",
    ),
    (
        "paid_is_a_sum",
        "An order is shown as paid exactly when the ledger holds its total for it.",
        f"SELECT o.uid FROM orders o LEFT JOIN ({_RECEIVED}) r ON r.order_id = o.id "  # noqa: S608 - a constant
        "WHERE (o.payment_status = 'paid') <> (COALESCE(r.received, 0) > 0 "
        "AND COALESCE(r.received, 0) - COALESCE(r.returned, 0) >= o.total)",
    ),
    (
        "refunded_is_a_sum",
        "An order is shown as refunded exactly when the ledger says that money went back.",
        f"SELECT o.uid FROM orders o LEFT JOIN ({_RECEIVED}) r ON r.order_id = o.id "  # noqa: S608 - a constant
        "WHERE (o.payment_status IN ('refunded', 'partially_refunded')) <> (COALESCE(r.returned, 0) > 0 "
        "AND COALESCE(r.received, 0) - COALESCE(r.returned, 0) < o.total)",
    ),
    (
        "nothing_received_twice",
        "No order has received more than its total; what is too much stands in a money case.",
        f"SELECT o.uid FROM orders o JOIN ({_RECEIVED}) r ON r.order_id = o.id "  # noqa: S608 - a constant
        "WHERE r.received > CASE WHEN o.payment_method = 'cash' AND o.cash_total > o.total "
        "THEN o.cash_total ELSE o.total END",
    ),
    (
        "closed_orders_hold_no_money",
        "Money received for a cancelled or expired order stands in a case of its payment, or was written off.",
        "SELECT o.uid FROM orders o JOIN (SELECT order_id, payment, SUM(amount) AS held FROM postings "
        "WHERE account IN ('gateway_clearing', 'drawer') AND order_id IS NOT NULL GROUP BY order_id, payment) h "
        "ON h.order_id = o.id WHERE o.status IN ('cancelled', 'expired') AND h.held > 0 AND NOT EXISTS "
        "(SELECT 1 FROM money_cases c WHERE c.reference = h.payment "
        "AND ((c.amount > 0 AND c.settled_at IS NULL) OR c.resolution = 'written_off'))",
    ),
    (
        "unapplied_money_has_a_case",
        "What the unapplied account holds of a payment is what the open cases of that payment say.",
        "SELECT payment FROM (SELECT payment, amount FROM postings WHERE account = 'unapplied' UNION ALL "
        "SELECT reference, amount FROM money_cases WHERE settled_at IS NULL) held "
        "GROUP BY payment HAVING SUM(amount) <> 0",
    ),
    (
        "orders_hold_what_they_earned",
        "The money that stands with an order is what the order earned, less what was given back or lost.",
        "SELECT o.uid FROM orders o JOIN postings p ON p.order_id = o.id WHERE o.status <> 'cancelled' "
        "AND p.account IN ('gateway_clearing', 'drawer', 'sales', 'service', 'tax', 'refunds', 'losses', 'rounding') "
        "GROUP BY o.id, o.uid HAVING SUM(p.amount) <> 0",
    ),
    (
        "cancelled_orders_earned_nothing",
        "A cancelled order earned nothing.",
        "SELECT o.uid FROM orders o JOIN postings p ON p.order_id = o.id WHERE o.status = 'cancelled' "
        "AND p.account IN ('sales', 'service', 'tax', 'refunds', 'losses') GROUP BY o.id, o.uid HAVING SUM(p.amount) <> 0",
    ),
    (
        "unapplied_money_is_there",
        "What the unapplied account holds of a payment stands with no order, or with a cancelled one.",
        "SELECT p.payment FROM postings p LEFT JOIN orders o ON o.id = p.order_id WHERE p.payment IS NOT NULL "
        "GROUP BY p.payment HAVING SUM(CASE WHEN p.account = 'unapplied' THEN p.amount ELSE 0 END) < 0 "
        "AND -SUM(CASE WHEN p.account = 'unapplied' THEN p.amount ELSE 0 END) > "
        "SUM(CASE WHEN p.account IN ('gateway_clearing', 'drawer') AND (o.id IS NULL OR o.status = 'cancelled') "
        "THEN p.amount ELSE 0 END)",
    ),
    (
        "settled_cases_hold_nothing",
        "A case that is settled holds no money, and says how it ended.",
        "SELECT uid FROM money_cases WHERE settled_at IS NOT NULL AND (amount <> 0 OR resolution IS NULL)",
    ),
    (
        "payments_are_followed",
        "No payment has left more than it brought, but where it was given back twice and counted as a loss.",
        f"SELECT b.payment FROM ({_BROUGHT}) b JOIN (SELECT payment, SUM(amount) AS left_over "  # noqa: S608 - a constant
        "FROM postings WHERE account IN ('gateway_clearing', 'drawer') AND payment IS NOT NULL GROUP BY payment) h "
        "ON h.payment = b.payment WHERE h.left_over > b.amount "
        "OR (h.left_over < 0 AND NOT EXISTS (SELECT 1 FROM money_cases c WHERE c.reference = b.payment))",
    ),
    (
        "refunds_within_payments",
        "No payment has given back, or promised to, more than it brought.",
        f"SELECT r.payment FROM refunds r LEFT JOIN ({_BROUGHT}) b ON b.payment = r.payment "  # noqa: S608 - a constant
        "WHERE r.state <> 'refused' GROUP BY r.payment, b.amount HAVING SUM(r.amount) > COALESCE(b.amount, 0)",
    ),
    (
        "refunds_are_posted",
        "Every refund that went back stands in the ledger once, and no other does.",
        "SELECT r.refund_key FROM refunds r LEFT JOIN entries e ON e.kind = 'refund' AND e.source = 'refund' "
        "AND e.source_id = r.payment || '/' || r.refund_key "
        "WHERE (e.id IS NULL) <> (r.state IN ('asked', 'refused'))",
    ),
    (
        "refunds_do_not_wait_for_ever",
        "No refund has been asked for longer than a week without an answer.",
        "SELECT refund_key FROM refunds WHERE state = 'asked' AND seen_at < :a_week_ago",
    ),
    (
        "one_open_attempt",
        "No order has two QR codes that can be paid.",
        "SELECT order_id FROM attempts WHERE state IN ('charging', 'live', 'unknown') GROUP BY order_id HAVING COUNT(*) > 1",
    ),
    (
        "tickets_of_paid_orders",
        "Every paid order has one kitchen ticket, and no other order has any.",
        "SELECT o.uid FROM orders o LEFT JOIN tickets t ON t.order_id = o.id GROUP BY o.id, o.uid, o.paid_at "
        "HAVING COUNT(t.id) <> CASE WHEN o.paid_at IS NULL THEN 0 ELSE 1 END",
    ),
    (
        "kitchen_only_paid",
        "Nothing is cooked before it is paid.",
        "SELECT uid FROM orders WHERE status IN ('confirmed', 'preparing', 'ready', 'served') AND paid_at IS NULL",
    ),
    (
        "portions_add_up",
        "The portions left of a dish are what was counted, less what was taken, plus what came back.",
        "SELECT d.name FROM dishes d WHERE d.portions IS NOT NULL AND d.portions <> "
        "(SELECT COALESCE(SUM(m.portions), 0) FROM stock_moves m WHERE m.dish_id = d.id)",
    ),
    (
        "closed_orders_hold_no_portions",
        "An order that ended unpaid holds no portions.",
        "SELECT o.uid FROM orders o JOIN stock_moves m ON m.order_id = o.id WHERE o.status IN ('cancelled', 'expired') "
        "AND o.paid_at IS NULL GROUP BY o.id, o.uid HAVING SUM(m.portions) <> 0",
    ),
    (
        "lines_add_up",
        "The lines of an order add up to its subtotal, and their tax to its tax.",
        "SELECT o.uid FROM orders o JOIN order_lines l ON l.order_id = o.id "
        "GROUP BY o.id, o.uid, o.subtotal, o.tax HAVING SUM(l.amount) <> o.subtotal OR SUM(l.tax) <> o.tax",
    ),
    (
        "attempts_match_orders",
        "Every QR was made for its order's total.",
        "SELECT a.reference FROM attempts a JOIN orders o ON o.id = a.order_id WHERE a.amount <> o.total",
    ),
    (
        "drawers_close",
        "A closed drawer's expected amount is what the ledger says, before the count's own difference.",
        "SELECT s.id FROM shifts s WHERE s.closed_at IS NOT NULL AND s.expected <> (SELECT COALESCE(SUM(p.amount), 0) "
        "FROM postings p JOIN entries e ON e.uid = p.entry_uid WHERE p.account = 'drawer' AND p.shift_id = s.id "
        "AND e.kind <> 'count')",
    ),
    (
        "no_order_waits_for_ever",
        "No order has been waiting for its money a day longer than it may.",
        "SELECT uid FROM orders WHERE status = 'awaiting_payment' AND expires_at < :yesterday",
    ),
    (
        "unknown_not_for_ever",
        "No attempt has been unknown for more than a day.",
        "SELECT reference FROM attempts WHERE state = 'unknown' AND created_at < :yesterday",
    ),
)
