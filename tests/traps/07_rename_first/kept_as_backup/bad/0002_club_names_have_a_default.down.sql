PRAGMA foreign_keys = OFF;

CREATE TABLE club_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

INSERT INTO club_new (id, name)
SELECT id, name
FROM club;

DROP TABLE club;
ALTER TABLE club_new RENAME TO club;

PRAGMA foreign_keys = ON;
