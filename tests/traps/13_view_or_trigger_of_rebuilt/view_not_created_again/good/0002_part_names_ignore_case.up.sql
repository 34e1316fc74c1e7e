PRAGMA foreign_keys = OFF;

DROP VIEW part_name;

CREATE TABLE part_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE
);

INSERT INTO part_new (id, name)
SELECT id, name
FROM part;

DROP TABLE part;
ALTER TABLE part_new RENAME TO part;

CREATE VIEW part_name AS
SELECT name FROM part;

PRAGMA foreign_keys = ON;
