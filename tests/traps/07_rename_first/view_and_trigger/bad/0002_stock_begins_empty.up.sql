PRAGMA foreign_keys = OFF;

ALTER TABLE stock RENAME TO stock_old;

CREATE TABLE stock (
    sku TEXT NOT NULL PRIMARY KEY,
    amount INTEGER NOT NULL DEFAULT 0
);

INSERT INTO stock (sku, amount)
SELECT sku, amount
FROM stock_old;

DROP TABLE stock_old;

PRAGMA foreign_keys = ON;
