PRAGMA foreign_keys = OFF;

ALTER TABLE staff RENAME TO old_staff;

CREATE TABLE staff (
    id INTEGER PRIMARY KEY,
    boss_id INTEGER REFERENCES staff (id),
    name TEXT NOT NULL
);

INSERT INTO staff (id, boss_id, name)
SELECT id, boss_id, COALESCE(name, '')
FROM old_staff;

DROP TABLE old_staff;

PRAGMA foreign_keys = ON;
