PRAGMA foreign_keys = OFF;

CREATE TABLE step_new (
    id INTEGER PRIMARY KEY,
    next INTEGER REFERENCES step (id) DEFERRABLE INITIALLY DEFERRED,
    note TEXT NOT NULL
);

INSERT INTO step_new (id, next, note)
SELECT id, next, COALESCE(note, '')
FROM step;

DROP TABLE step;
ALTER TABLE step_new RENAME TO step;

PRAGMA foreign_keys = ON;
