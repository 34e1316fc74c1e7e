PRAGMA foreign_keys = OFF;

CREATE TABLE address_new (
    id INTEGER PRIMARY KEY,
    street TEXT,
    zip TEXT,
    town TEXT,
    kept_until TEXT
);

INSERT INTO address_new (id, street, zip, town, kept_until)
SELECT id, street, zip, town, kept_until
FROM address;

DROP TABLE address;
ALTER TABLE address_new RENAME TO address;

PRAGMA foreign_keys = ON;
