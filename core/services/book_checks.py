"""The invariants of the books, each as a question whose every answer is a fault.

Plain SQL that SQLite and PostgreSQL read alike, and independent of the code it checks.
"""

from collections.abc import Mapping
from typing import Final

_RECEIVED = """
SELECT order_id, received, CASE WHEN held > 0 THEN went ELSE received END AS returned FROM (
SELECT p.order_id,
       SUM(CASE WHEN p.account IN ('gateway_clearing', 'drawer') AND e.kind <> 'refund' AND (p.amount > 0
                  OR e.kind = 'reverse') OR p.account = 'rounding' THEN p.amount ELSE 0 END) AS received,
       SUM(CASE WHEN p.account IN ('gateway_clearing', 'drawer') AND e.kind <> 'reverse' AND (p.amount < 0
                  OR e.kind = 'refund') THEN -p.amount ELSE 0 END) AS went,
       SUM(CASE WHEN p.account IN ('gateway_clearing', 'drawer') THEN p.amount ELSE 0 END) AS held
FROM postings p JOIN entries e ON e.uid = p.entry_uid WHERE p.order_id IS NOT NULL GROUP BY p.order_id) sums
"""
_BROUGHT = """
SELECT p.payment, SUM(p.amount) AS amount FROM postings p JOIN entries e ON e.uid = p.entry_uid
WHERE p.account IN ('gateway_clearing', 'drawer') AND e.kind IN ('settle', 'cash') GROUP BY p.payment
"""

# What brings an order's status, the last of them counting. What was undone says what it was.
_TOLD = """
SELECT n.order_id, CASE e.kind
  WHEN 'order.confirmed' THEN 'confirmed' WHEN 'order.started' THEN 'preparing' WHEN 'order.made_ready' THEN 'ready'
  WHEN 'order.served' THEN 'served' WHEN 'order.cancelled' THEN 'cancelled' WHEN 'order.expired' THEN 'expired'
  WHEN 'order.undone' THEN CASE WHEN CAST(e.data AS TEXT) LIKE '%"served"%' THEN 'ready'
                                WHEN CAST(e.data AS TEXT) LIKE '%"ready"%' THEN 'preparing' ELSE 'confirmed' END
  ELSE 'awaiting_payment' END AS status
FROM (SELECT order_id, MAX(CASE WHEN kind IN ('order.confirmed', 'order.started', 'order.made_ready', 'order.served',
      'order.cancelled', 'order.expired', 'order.undone') THEN id END) AS last
      FROM events WHERE order_id IS NOT NULL GROUP BY order_id
      HAVING SUM(CASE WHEN kind = 'order.placed' THEN 1 ELSE 0 END) > 0) n LEFT JOIN events e ON e.id = n.last
"""
_LAST_ATTEMPT = """
SELECT a.order_id, a.state FROM attempts a
JOIN (SELECT MAX(id) AS id FROM attempts GROUP BY order_id) newest ON newest.id = a.id
"""
_UNANSWERED = """
SELECT m.reference, m.received_at, a.due_at FROM gateway_messages m
LEFT JOIN message_outcomes o ON o.message_id = m.id LEFT JOIN attempts a ON a.reference = m.reference
WHERE o.id IS NULL
"""

_A_LOSS = """
r.state = 'refused' AND EXISTS (SELECT 1 FROM postings l WHERE l.entry_uid = e.uid AND l.account = 'losses')
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
        # A gateway order id has 28 characters; the refund that turned out not to have gone may follow it.
        "SELECT e.source_id FROM entries e LEFT JOIN entries s ON s.source_id = SUBSTR(e.source_id, 1, 28) "
        "AND s.kind = 'settle' AND s.source = 'gateway' WHERE e.kind = 'reverse' AND s.id IS NULL",
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
        "payment_status_follows",
        "An order's payment status is what its ledger, its kitchen and its last QR say together.",
        f"SELECT o.uid FROM orders o LEFT JOIN ({_RECEIVED}) r ON r.order_id = o.id "  # noqa: S608 - a constant
        f"LEFT JOIN ({_LAST_ATTEMPT}) a ON a.order_id = o.id WHERE o.payment_status <> CASE "
        "WHEN r.received > 0 AND r.received - r.returned >= o.total THEN 'paid' "
        "WHEN r.returned > 0 AND r.received > r.returned THEN 'partially_refunded' "
        "WHEN r.returned > 0 THEN 'refunded' "
        "WHEN o.status IN ('confirmed', 'preparing', 'ready', 'served') THEN 'failed' "
        "WHEN r.received > 0 THEN 'pending' "
        "WHEN o.status = 'expired' OR a.state = 'expired' THEN 'expired' "
        "WHEN a.state IN ('denied', 'failed') THEN 'failed' ELSE 'pending' END",
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
        # Undone, it may be posted again: the number at the end of the name holds no stroke, a key may. What went back
        # twice stays refused, as its payment has no room for it, and is posted as a loss.
        "SELECT r.refund_key FROM refunds r WHERE (SELECT COUNT(*) FROM entries e WHERE e.kind = 'refund' "  # noqa: S608 - a constant
        f"AND e.source = 'refund' AND e.source_id = r.payment || '/' || r.refund_key AND NOT ({_A_LOSS})) + "
        "(SELECT COALESCE(SUM(CASE WHEN e.source = 'refund_again' THEN 1 ELSE -1 END), 0) FROM entries e "
        "WHERE e.kind = 'refund' AND e.source IN ('refund_again', 'refund_undone') "
        "AND e.source_id = r.payment || '/' || r.refund_key || '/' "
        f"|| REPLACE(SUBSTR(e.source_id, LENGTH(r.payment || r.refund_key) + 3), '/', '') AND NOT ({_A_LOSS})) "
        "<> CASE WHEN r.state IN ('asked', 'refused') THEN 0 ELSE 1 END",
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
        "paid_orders_brought_money",
        "For every order that was ever paid the ledger holds what paid it.",
        "SELECT o.uid FROM orders o WHERE o.paid_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM postings p "
        "JOIN entries e ON e.uid = p.entry_uid WHERE p.order_id = o.id AND e.kind IN ('settle', 'cash', 'apply') "
        "AND p.account IN ('gateway_clearing', 'drawer') AND p.amount > 0)",
    ),
    (
        "events_tell_the_status",
        "An order stands where its events, one after another, have led it.",
        # An order that was never placed was not written by this program: it came with an older shop's books.
        f"SELECT o.uid FROM orders o JOIN ({_TOLD}) t ON t.order_id = o.id "  # noqa: S608 - a constant
        "WHERE o.status <> t.status",
    ),
    (
        "days_make_the_whole",
        "Every posting belongs to exactly one business day, and the days add up to the ledger.",
        "SELECT w.account FROM (SELECT account, SUM(amount) AS amount, COUNT(*) AS lines FROM postings "
        "GROUP BY account) w LEFT JOIN (SELECT account, SUM(amount) AS amount, SUM(lines) AS lines FROM "
        "(SELECT p.account, SUM(p.amount) AS amount, COUNT(*) AS lines FROM entries e "
        "JOIN postings p ON p.entry_uid = e.uid GROUP BY e.outlet_id, e.business_day, p.account) days "
        "GROUP BY account) d ON d.account = w.account "
        "WHERE d.account IS NULL OR d.amount <> w.amount OR d.lines <> w.lines",
    ),
    (
        "messages_are_answered",
        "Every message of the gateway led to something within a day, and until then its payment is asked about.",
        # Only the gateway can answer, and it may be silent for hours: that is no fault of the books. A day is when
        # an unknown attempt counts as one too. What nobody asks about any more will never be answered.
        f"SELECT reference FROM ({_UNANSWERED}) m "  # noqa: S608 - a constant
        "WHERE due_at IS NULL OR received_at < :yesterday",
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
        "work_is_watched",
        "Money that could still come or go is asked about again.",
        # What was looked at on a clock that was set back since then has been watched for its time.
        "SELECT reference FROM attempts WHERE due_at IS NULL AND (state IN ('charging', 'live', 'unknown') "
        "OR (charges_sent > 0 AND final_at > :half_a_day_ago AND (looked_at IS NULL OR looked_at <= :now))) "
        "UNION ALL SELECT refund_key FROM refunds WHERE due_at IS NULL AND (state = 'asked' "
        "OR (state = 'accepted' AND seen_at > :a_week_ago AND seen_at <= :now))",
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

WAITING: Final[Mapping[str, str]] = {
    "messages_are_answered": f"SELECT reference FROM ({_UNANSWERED}) m "  # noqa: S608 - a constant
    "WHERE due_at IS NOT NULL AND received_at >= :yesterday",
}
"""What is not broken yet and will be unless something comes of it, by the invariant that it would break."""
