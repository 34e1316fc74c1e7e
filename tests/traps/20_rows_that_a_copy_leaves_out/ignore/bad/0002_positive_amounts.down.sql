CREATE TABLE entry_new (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL);
INSERT INTO entry_new (id, amount)
SELECT id, amount
FROM entry;
DROP TABLE entry;
ALTER TABLE entry_new RENAME TO entry;
