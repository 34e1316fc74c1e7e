CREATE TABLE person_new (id INTEGER PRIMARY KEY, zip TEXT NOT NULL);
INSERT INTO person_new (id, zip)
SELECT id, zip
FROM person;
DROP TABLE person;
ALTER TABLE person_new RENAME TO person;
