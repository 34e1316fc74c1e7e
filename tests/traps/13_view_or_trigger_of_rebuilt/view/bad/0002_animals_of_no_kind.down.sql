PRAGMA foreign_keys = OFF;

DROP VIEW animal_name;

CREATE TABLE animal_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT ''
);

INSERT INTO animal_new (id, name, kind)
SELECT id, name, COALESCE(kind, '')
FROM animal;

DROP TABLE animal;
ALTER TABLE animal_new RENAME TO animal;

CREATE VIEW animal_name AS
SELECT id, name FROM animal;

PRAGMA foreign_keys = ON;
