PRAGMA foreign_keys = OFF;

CREATE TABLE product_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    weight INTEGER NOT NULL DEFAULT 0,
    cents INTEGER NOT NULL CHECK (cents >= 0)
) STRICT;

INSERT INTO product_new
SELECT * FROM product;

DROP TABLE product;
ALTER TABLE product_new RENAME TO product;

PRAGMA foreign_keys = ON;
