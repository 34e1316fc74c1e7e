CREATE TABLE log_new (person_id INTEGER NOT NULL REFERENCES person, what TEXT NOT NULL);
INSERT INTO log_new (person_id, what)
SELECT person_id, what
FROM log;
DROP TABLE log;
ALTER TABLE log_new RENAME TO log;
