PRAGMA foreign_keys = OFF;

DROP VIEW song_list;

CREATE TABLE song_new (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    milliseconds INTEGER NOT NULL
);

INSERT INTO song_new (id, title, milliseconds)
SELECT id, title, seconds * 1000
FROM song;

DROP TABLE song;
ALTER TABLE song_new RENAME TO song;

CREATE VIEW song_list AS
SELECT id, title, seconds FROM song;

PRAGMA foreign_keys = ON;
