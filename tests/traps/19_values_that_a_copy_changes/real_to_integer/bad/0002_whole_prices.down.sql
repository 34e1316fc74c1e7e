CREATE TABLE offer_new (id INTEGER PRIMARY KEY, price REAL NOT NULL);
INSERT INTO offer_new (id, price)
SELECT id, price
FROM offer;
DROP TABLE offer;
ALTER TABLE offer_new RENAME TO offer;
