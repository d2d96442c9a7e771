-- Orders :first to :last: paid by QRIS, served, in the books. The newest was done an hour ago.

WITH RECURSIVE numbers (i) AS (SELECT :first UNION ALL SELECT i + 1 FROM numbers WHERE i < :last),
done AS (SELECT i, strftime('%Y-%m-%d %H:%M:%f000', 'now', '-1 hours', '-' || ((:last - i) * 120) || ' seconds') AS at FROM numbers)
INSERT INTO orders (id, uid, outlet_id, table_id, business_day, number, number_prefix, status, payment_status,
  payment_method, customer_name, subtotal, discount, service, tax, total, cash_total, service_rate, tax_rate,
  created_at, paid_at, moved_at, done_at, cancel_reason)
SELECT i, printf('history-%014d', i), :outlet, :table, date('1990-01-01', '+' || (i / 400) || ' days'), 1 + i % 400, 'A',
  'served', 'paid', 'qris', '', 48000, 0, 2400, 5040, 55440, 55400, 500, 1000, at, at, at, at, ''
FROM done;

INSERT INTO order_lines (order_id, position, dish_id, name, name_en, quantity, unit_price, amount, tax, options, note)
SELECT orders.id, pick.position, dishes.id, dishes.name, dishes.name_en, pick.position, 16000, 16000 * pick.position,
  1680 * pick.position, '[]', ''
FROM orders
JOIN (SELECT 1 AS position UNION ALL SELECT 2) AS pick
JOIN dishes ON dishes.id = 1 + (orders.id * 7 + pick.position * 13) % 60
WHERE orders.id BETWEEN :first AND :last;

INSERT INTO tickets (order_id, batch, at) SELECT id, 1, paid_at FROM orders WHERE id BETWEEN :first AND :last;

-- Final for so long that nobody watches them any more.
INSERT INTO attempts (outlet_id, order_id, reference, state, amount, created_at, items, transaction_id, qr_text, tries,
  charges_sent, final_at)
SELECT outlet_id, id, printf('KHISTORY%019dQ', id), 'settled', total, created_at, '[]', printf('history-%028d', id),
  printf('000201%0250d', id), 0, 1, '2010-01-01 00:00:00.000000'
FROM orders WHERE id BETWEEN :first AND :last;

-- Postings before their entries: the database refuses the other way round.
INSERT INTO postings (entry_uid, account, amount, order_id)
SELECT printf('HISTORY%019d', orders.id), side.account, side.amount, orders.id
FROM orders
JOIN (SELECT 'gateway_clearing' AS account, 55440 AS amount UNION ALL SELECT 'sales', -48000
      UNION ALL SELECT 'service', -2400 UNION ALL SELECT 'tax', -5040) AS side
WHERE orders.id BETWEEN :first AND :last;

INSERT INTO entries (uid, outlet_id, kind, source, source_id, business_day, at, by)
SELECT printf('HISTORY%019d', id), outlet_id, 'settle', 'gateway', printf('KHISTORY%019dQ', id), business_day, paid_at, 'gateway'
FROM orders WHERE id BETWEEN :first AND :last;

INSERT INTO events (outlet_id, kind, order_id, at, by, data)
SELECT orders.outlet_id, fact.kind, orders.id, orders.created_at, 'diner', '{"method": "qris", "total": 55440}'
FROM orders
JOIN (SELECT 'order.placed' AS kind UNION ALL SELECT 'order.paid' UNION ALL SELECT 'order.served') AS fact
WHERE orders.id BETWEEN :first AND :last;
