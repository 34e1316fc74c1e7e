PRAGMA foreign_keys = OFF;

CREATE TABLE customer_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL DEFAULT ''
);

INSERT INTO customer_new (id, name, email)
SELECT id, name, COALESCE(email, '')
FROM customer;

DROP TABLE customer;
ALTER TABLE customer_new RENAME TO customer;

PRAGMA foreign_keys = ON;
