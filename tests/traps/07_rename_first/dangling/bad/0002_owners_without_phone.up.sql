PRAGMA foreign_keys = OFF;

ALTER TABLE owner RENAME TO owner_old;

CREATE TABLE owner (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    phone TEXT
);

INSERT INTO owner (id, name, phone)
SELECT id, name, NULLIF(phone, '')
FROM owner_old;

DROP TABLE owner_old;

PRAGMA foreign_keys = ON;
