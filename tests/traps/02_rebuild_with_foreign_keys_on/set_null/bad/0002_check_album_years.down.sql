PRAGMA foreign_keys = OFF;

CREATE TABLE album_new (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    year INTEGER
);

INSERT INTO album_new (id, title, year)
SELECT id, title, year
FROM album;

DROP TABLE album;
ALTER TABLE album_new RENAME TO album;

PRAGMA foreign_keys = ON;
