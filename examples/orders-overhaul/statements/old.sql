SELECT o.id, o.qty, o.price, c.name FROM orders o JOIN customer c ON c.id = o.customer WHERE o.customer = $1 ORDER BY o.placed DESC;
INSERT INTO orders (customer, qty, price) VALUES ($1, $2, $3) RETURNING id;
UPDATE orders SET qty = $2, state = 'paid' WHERE id = $1;
INSERT INTO customer (name, fax) VALUES ($1, $2);
