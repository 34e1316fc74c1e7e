PRAGMA foreign_keys = OFF;

CREATE TABLE project_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'open'
);

INSERT INTO project_new (id, name, status)
SELECT id, name, status
FROM project;

DROP TABLE project;
ALTER TABLE project_new RENAME TO project;

PRAGMA foreign_keys = ON;
