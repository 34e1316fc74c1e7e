CREATE TABLE entry_new (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL CHECK (amount > 0));
INSERT INTO entry_new (id, amount)
SELECT id, amount
FROM entry;
DROP TABLE entry;
ALTER TABLE entry_new RENAME TO entry;
