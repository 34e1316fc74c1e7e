CREATE TABLE person_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, phone TEXT, notes TEXT NOT NULL DEFAULT '', age INTEGER);
INSERT INTO person_new (id, name)
SELECT id, name
FROM person;
DROP TABLE person;
ALTER TABLE person_new RENAME TO person;
