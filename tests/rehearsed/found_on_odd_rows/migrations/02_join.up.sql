CREATE TABLE log_new (who TEXT NOT NULL, what TEXT NOT NULL, number TEXT);
INSERT INTO log_new (who, what, number)
SELECT log.who, log.what, phone.number FROM log LEFT JOIN phone ON phone.owner = log.who;
DROP TABLE log;
ALTER TABLE log_new RENAME TO log;
