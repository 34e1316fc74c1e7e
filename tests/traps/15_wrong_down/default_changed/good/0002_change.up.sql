PRAGMA foreign_keys = OFF;

CREATE TABLE job_new (
    id INTEGER PRIMARY KEY,
    state TEXT
);

INSERT INTO job_new (id, state)
SELECT id, state
FROM job;

DROP TABLE job;
ALTER TABLE job_new RENAME TO job;

PRAGMA foreign_keys = ON;
