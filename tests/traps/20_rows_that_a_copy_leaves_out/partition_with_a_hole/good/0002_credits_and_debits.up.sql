-- migratory: allow(drop_table): split in two
CREATE TABLE credit (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL);
CREATE TABLE debit (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL);
INSERT INTO credit (id, amount) SELECT id, amount FROM pay WHERE amount > 0;
INSERT INTO debit (id, amount) SELECT id, amount FROM pay WHERE amount <= 0;
DROP TABLE pay;
