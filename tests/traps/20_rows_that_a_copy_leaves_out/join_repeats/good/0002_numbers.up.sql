CREATE TABLE log_new (person_id INTEGER NOT NULL REFERENCES person, what TEXT NOT NULL, number TEXT);
INSERT INTO log_new (person_id, what, number)
SELECT person_id, what, (SELECT min(number) FROM phone WHERE phone.person_id = log.person_id)
FROM log;
DROP TABLE log;
ALTER TABLE log_new RENAME TO log;
