PRAGMA foreign_keys = OFF;

CREATE TABLE log_new (
    id INTEGER PRIMARY KEY,
    line TEXT
);

INSERT INTO log_new (id, line)
SELECT id, line
FROM log;

DROP TABLE log;
ALTER TABLE log_new RENAME TO log;

PRAGMA foreign_keys = ON;
