PRAGMA foreign_keys = OFF;

CREATE TABLE reading_new (
    id INTEGER PRIMARY KEY,
    sensor TEXT NOT NULL,
    value REAL NOT NULL
) STRICT;

INSERT INTO reading_new (id, sensor, value)
SELECT id, sensor, COALESCE(value, 0.0)
FROM reading;

DROP TABLE reading;
ALTER TABLE reading_new RENAME TO reading;

PRAGMA foreign_keys = ON;
