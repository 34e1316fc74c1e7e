PRAGMA foreign_keys = OFF;

CREATE TABLE owner_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    phone TEXT NOT NULL DEFAULT ''
);

INSERT INTO owner_new (id, name, phone)
SELECT id, name, COALESCE(phone, '')
FROM owner;

DROP TABLE owner;
ALTER TABLE owner_new RENAME TO owner;

PRAGMA foreign_keys = ON;
