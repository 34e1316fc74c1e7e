PRAGMA foreign_keys = OFF;

CREATE TABLE ware_new (
    id INTEGER PRIMARY KEY,
    price REAL NOT NULL
);

INSERT INTO ware_new (id, price)
SELECT id, COALESCE(price, 0)
FROM ware;

DROP TABLE ware;
ALTER TABLE ware_new RENAME TO ware;

PRAGMA foreign_keys = ON;
