-- migratory: assumes(no_duplicates): a payment has one number in both tables
CREATE TABLE pay (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL);
INSERT INTO pay (id, amount) SELECT id, amount FROM credit UNION ALL SELECT id, amount FROM debit;
DROP TABLE credit;
DROP TABLE debit;
