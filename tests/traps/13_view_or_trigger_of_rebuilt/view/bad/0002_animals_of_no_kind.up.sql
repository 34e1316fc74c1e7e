PRAGMA foreign_keys = OFF;

CREATE TABLE animal_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT
);

INSERT INTO animal_new (id, name, kind)
SELECT id, name, NULLIF(kind, '')
FROM animal;

DROP TABLE animal;
ALTER TABLE animal_new RENAME TO animal;

PRAGMA foreign_keys = ON;
