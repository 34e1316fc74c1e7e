-- migratory: irreversible: the release before could not read what is written from here on
PRAGMA foreign_keys = OFF;

CREATE TABLE review_new (
    id INTEGER PRIMARY KEY,
    stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
    text TEXT
);

INSERT INTO review_new (id, stars, text)
SELECT id, stars, text
FROM review;

DROP TABLE review;
ALTER TABLE review_new RENAME TO review;

PRAGMA foreign_keys = ON;
