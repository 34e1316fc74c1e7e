CREATE TABLE log_new (person_id INTEGER NOT NULL REFERENCES person, what TEXT NOT NULL, number TEXT);
INSERT INTO log_new (person_id, what, number)
SELECT log.person_id, what, number
FROM log
LEFT JOIN phone ON phone.person_id = log.person_id;
DROP TABLE log;
ALTER TABLE log_new RENAME TO log;
