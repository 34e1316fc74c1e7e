PRAGMA foreign_keys = OFF;

CREATE TABLE list_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE
);

INSERT INTO list_new (id, name)
SELECT id, name
FROM list;

DROP TABLE list;
ALTER TABLE list_new RENAME TO list;

PRAGMA foreign_keys = ON;
