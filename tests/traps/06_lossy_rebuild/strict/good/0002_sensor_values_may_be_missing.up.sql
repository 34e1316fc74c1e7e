PRAGMA foreign_keys = OFF;

CREATE TABLE reading_new (
    id INTEGER PRIMARY KEY,
    sensor TEXT NOT NULL,
    value REAL
) STRICT;

INSERT INTO reading_new (id, sensor, value)
SELECT id, sensor, value
FROM reading;

DROP TABLE reading;
ALTER TABLE reading_new RENAME TO reading;

PRAGMA foreign_keys = ON;
