CREATE TABLE offer_new (id INTEGER PRIMARY KEY, price INTEGER NOT NULL);
INSERT INTO offer_new (id, price)
SELECT id, CAST(price AS INTEGER)
FROM offer;
DROP TABLE offer;
ALTER TABLE offer_new RENAME TO offer;
