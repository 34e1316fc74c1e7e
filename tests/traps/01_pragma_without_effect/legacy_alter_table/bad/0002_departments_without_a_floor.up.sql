PRAGMA legacy_alter_table = ON;

CREATE TABLE department_new (
    code TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
    name TEXT NOT NULL,
    floor INTEGER
);

INSERT INTO department_new (code, name, floor)
SELECT code, name, floor
FROM department;

DROP TABLE department;
ALTER TABLE department_new RENAME TO department;

PRAGMA legacy_alter_table = OFF;
