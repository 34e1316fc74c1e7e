CREATE TABLE album_new (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    year INTEGER CHECK (year IS NULL OR year > 0)
);

INSERT INTO album_new (id, title, year)
SELECT id, title, CASE WHEN year > 0 THEN year END
FROM album;

DROP TABLE album;
ALTER TABLE album_new RENAME TO album;
