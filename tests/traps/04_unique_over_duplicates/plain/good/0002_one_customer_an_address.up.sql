-- A later customer of an address gets its number appended.
UPDATE customer
SET email = email || ' #' || id
WHERE id NOT IN (SELECT min(id) FROM customer GROUP BY email);

CREATE UNIQUE INDEX customer_by_email ON customer (email);
