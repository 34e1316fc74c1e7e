PRAGMA foreign_keys = OFF;

CREATE TABLE staff_new (
    id INTEGER PRIMARY KEY,
    boss_id INTEGER REFERENCES staff (id),
    name TEXT
);

INSERT INTO staff_new (id, boss_id, name)
SELECT id, boss_id, name
FROM staff;

DROP TABLE staff;
ALTER TABLE staff_new RENAME TO staff;

PRAGMA foreign_keys = ON;
