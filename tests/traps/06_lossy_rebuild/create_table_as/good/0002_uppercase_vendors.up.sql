-- migratory: irreversible: the release before could not read what is written from here on
PRAGMA foreign_keys = OFF;

CREATE TABLE vendor_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    active INTEGER NOT NULL DEFAULT 0
);

INSERT INTO vendor_new (id, name, active)
SELECT id, name, active
FROM vendor;

DROP TABLE vendor;
ALTER TABLE vendor_new RENAME TO vendor;

PRAGMA foreign_keys = ON;
