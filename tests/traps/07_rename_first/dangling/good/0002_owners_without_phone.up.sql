PRAGMA foreign_keys = OFF;

CREATE TABLE owner_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    phone TEXT
);

INSERT INTO owner_new (id, name, phone)
SELECT id, name, NULLIF(phone, '')
FROM owner;

DROP TABLE owner;
ALTER TABLE owner_new RENAME TO owner;

PRAGMA foreign_keys = ON;
