-- A new project is a draft until somebody opens it.

PRAGMA defer_foreign_keys = ON;

CREATE TABLE project_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'draft'
);

INSERT INTO project_new (id, name, status)
SELECT id, name, status
FROM project;

DROP TABLE project;
ALTER TABLE project_new RENAME TO project;
