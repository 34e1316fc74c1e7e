PRAGMA foreign_keys = OFF;

CREATE TABLE contact_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    phone TEXT NOT NULL
);

INSERT INTO contact_new (id, name, phone)
SELECT id, name, phone
FROM contact;

DROP TABLE contact;
ALTER TABLE contact_new RENAME TO contact;

PRAGMA foreign_keys = ON;
