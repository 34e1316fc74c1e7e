PRAGMA foreign_keys = OFF;

CREATE TABLE receipt_new (
    number INTEGER PRIMARY KEY,
    payer TEXT,
    cents INTEGER NOT NULL
);

INSERT INTO receipt_new (number, payer, cents)
SELECT number, payer, cents
FROM receipt;

DROP TABLE receipt;
ALTER TABLE receipt_new RENAME TO receipt;

PRAGMA foreign_keys = ON;
