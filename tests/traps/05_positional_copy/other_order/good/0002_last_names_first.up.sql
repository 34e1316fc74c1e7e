PRAGMA foreign_keys = OFF;

CREATE TABLE person_new (
    id INTEGER PRIMARY KEY,
    last_name TEXT NOT NULL,
    first_name TEXT NOT NULL,
    city TEXT
);

INSERT INTO person_new (id, last_name, first_name, city)
SELECT id, last_name, first_name, city
FROM person;

DROP TABLE person;
ALTER TABLE person_new RENAME TO person;

PRAGMA foreign_keys = ON;
