PRAGMA foreign_keys = OFF;

CREATE TABLE receipt_new (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    payer TEXT,
    cents INTEGER NOT NULL
);

INSERT INTO receipt_new (number, payer, cents)
SELECT number, payer, cents
FROM receipt;

-- The new table goes on counting where the old one is.
DELETE FROM sqlite_sequence WHERE name = 'receipt_new';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'receipt_new', seq
FROM sqlite_sequence
WHERE name = 'receipt';

DROP TABLE receipt;
ALTER TABLE receipt_new RENAME TO receipt;

PRAGMA foreign_keys = ON;
