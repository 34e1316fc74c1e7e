PRAGMA foreign_keys = OFF;

CREATE TABLE log_new (
    id INTEGER PRIMARY KEY,
    line TEXT NOT NULL
);

INSERT INTO log_new (id, line)
SELECT id, COALESCE(line, '')
FROM log;

DROP TABLE log;
ALTER TABLE log_new RENAME TO log;

PRAGMA foreign_keys = ON;
