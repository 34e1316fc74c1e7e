PRAGMA foreign_keys = OFF;

DROP VIEW tour_guide;

CREATE TABLE tour_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    guide TEXT NOT NULL DEFAULT ''
);

INSERT INTO tour_new (id, name, guide)
SELECT id, name, COALESCE(guide, '')
FROM tour;

DROP TABLE tour;
ALTER TABLE tour_new RENAME TO tour;

CREATE VIEW tour_guide AS
SELECT name, guide FROM tour;

PRAGMA foreign_keys = ON;
