PRAGMA foreign_keys = OFF;

CREATE TABLE person_new (
    id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    city TEXT
);

INSERT INTO person_new (id, first_name, last_name, city)
SELECT id, first_name, last_name, city
FROM person;

DROP TABLE person;
ALTER TABLE person_new RENAME TO person;

PRAGMA foreign_keys = ON;
