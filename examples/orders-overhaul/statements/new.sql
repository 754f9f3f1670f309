SELECT o.id, o.quantity, o.price, o.currency, c.first_name, c.last_name FROM orders o JOIN customer c ON c.id = o.customer WHERE o.customer = $1 ORDER BY o.placed DESC;
INSERT INTO orders (customer, quantity, price, currency) VALUES ($1, $2, $3, $4) RETURNING id;
UPDATE orders SET quantity = $2, state = 'paid' WHERE id = $1;
INSERT INTO customer (first_name, last_name) VALUES ($1, $2);
INSERT INTO shipment DEFAULT VALUES RETURNING id;
