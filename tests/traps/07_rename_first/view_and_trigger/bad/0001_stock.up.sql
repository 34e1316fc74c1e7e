CREATE TABLE stock (
    sku TEXT NOT NULL PRIMARY KEY,
    amount INTEGER NOT NULL
);

CREATE TABLE sale (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL,
    amount INTEGER NOT NULL
);

CREATE VIEW stock_low AS
SELECT sku, amount FROM stock WHERE amount < 5;

CREATE TRIGGER sale_booked
AFTER INSERT ON sale
BEGIN
    UPDATE stock SET amount = amount - NEW.amount WHERE sku = NEW.sku;
END;
