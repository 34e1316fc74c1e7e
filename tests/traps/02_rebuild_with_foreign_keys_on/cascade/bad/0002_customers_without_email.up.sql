CREATE TABLE customer_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT
);

INSERT INTO customer_new (id, name, email)
SELECT id, name, NULLIF(email, '')
FROM customer;

DROP TABLE customer;
ALTER TABLE customer_new RENAME TO customer;
