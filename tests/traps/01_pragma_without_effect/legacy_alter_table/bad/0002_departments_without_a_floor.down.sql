PRAGMA foreign_keys = OFF;

CREATE TABLE department_new (
    code TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
    name TEXT NOT NULL,
    floor INTEGER NOT NULL
);

INSERT INTO department_new (code, name, floor)
SELECT code, name, COALESCE(floor, 0)
FROM department;

DROP TABLE department;
ALTER TABLE department_new RENAME TO department;

PRAGMA foreign_keys = ON;
