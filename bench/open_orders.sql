-- Orders :first to :last stand on the board: a tenth waits to pay cash, three are new, four are cooked, two are ready.

WITH RECURSIVE numbers (i) AS (SELECT :first UNION ALL SELECT i + 1 FROM numbers WHERE i < :last),
placed AS (
  SELECT i, i % 10 AS tenth, strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || (30 + (i - :first) * 3) || ' seconds') AS at
  FROM numbers
)
INSERT INTO orders (id, uid, outlet_id, table_id, business_day, number, number_prefix, status, payment_status,
  payment_method, claim_code, customer_name, subtotal, discount, service, tax, total, cash_total, service_rate, tax_rate,
  created_at, paid_at, moved_at, cancel_reason)
SELECT i, printf('evening-%014d', i), :outlet, :table, date('now'), 100000 + i, 'A',
  CASE WHEN tenth = 0 THEN 'awaiting_payment' WHEN tenth < 4 THEN 'confirmed' WHEN tenth < 8 THEN 'preparing' ELSE 'ready' END,
  CASE WHEN tenth = 0 THEN 'pending' ELSE 'paid' END, 'cash', CASE WHEN tenth = 0 THEN printf('%04d', i - :first) END,
  CASE WHEN i % 3 = 0 THEN 'Ibu Sari' ELSE '' END, 48000, 0, 2400, 5040, 55440, 55400, 500, 1000,
  at, CASE WHEN tenth > 0 THEN at END, at, ''
FROM placed;

INSERT INTO order_lines (order_id, position, dish_id, name, name_en, quantity, unit_price, amount, tax, options, note)
SELECT orders.id, pick.position, dishes.id, dishes.name, dishes.name_en, pick.position, 16000, 16000 * pick.position,
  1680 * pick.position,
  CASE WHEN orders.id % 4 = 0 THEN '[{"id": 1, "name": "Pedas", "name_en": "Hot", "price": 0}]' ELSE '[]' END,
  CASE WHEN orders.id % 7 = 0 AND pick.position = 1 THEN 'tanpa bawang' ELSE '' END
FROM orders
JOIN (SELECT 1 AS position UNION ALL SELECT 2) AS pick
JOIN dishes ON dishes.id = 1 + (orders.id * 7 + pick.position * 13) % 60
WHERE orders.id BETWEEN :first AND :last;

INSERT INTO events (outlet_id, kind, order_id, at, by, data)
SELECT outlet_id, 'order.placed', id, created_at, 'diner', '{"method": "cash", "total": 55440}'
FROM orders WHERE id BETWEEN :first AND :last;
