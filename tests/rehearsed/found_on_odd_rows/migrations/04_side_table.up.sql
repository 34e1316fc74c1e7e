CREATE TABLE ranked (person_id INTEGER PRIMARY KEY, rank INTEGER);
INSERT INTO ranked (person_id, rank) SELECT id, rank FROM person;
ALTER TABLE person DROP COLUMN rank;
