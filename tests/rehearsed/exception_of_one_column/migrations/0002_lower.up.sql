-- migratory: allow(values_move: person.mail): addresses are compared without case
CREATE TABLE person_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT NOT NULL);
INSERT INTO person_new (id, name, mail) SELECT id, substr(name, 1, 3), mail || '.' FROM person;
DROP TABLE person;
ALTER TABLE person_new RENAME TO person;
