PRAGMA foreign_keys = OFF;

CREATE TABLE currency_new (
    code TEXT PRIMARY KEY NOT NULL,
    digits INTEGER NOT NULL
) STRICT;

INSERT INTO currency_new (code, digits)
SELECT code, digits
FROM currency;

DROP TABLE currency;
ALTER TABLE currency_new RENAME TO currency;

PRAGMA foreign_keys = ON;
