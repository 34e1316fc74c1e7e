PRAGMA foreign_keys = OFF;

DROP VIEW stock_low;
DROP TRIGGER sale_booked;

CREATE TABLE stock_new (
    sku TEXT NOT NULL PRIMARY KEY,
    amount INTEGER NOT NULL DEFAULT 0
);

INSERT INTO stock_new (sku, amount)
SELECT sku, amount
FROM stock;

DROP TABLE stock;
ALTER TABLE stock_new RENAME TO stock;

CREATE VIEW stock_low AS
SELECT sku, amount FROM stock WHERE amount < 5;

CREATE TRIGGER sale_booked
AFTER INSERT ON sale
BEGIN
    UPDATE stock SET amount = amount - NEW.amount WHERE sku = NEW.sku;
END;

PRAGMA foreign_keys = ON;
