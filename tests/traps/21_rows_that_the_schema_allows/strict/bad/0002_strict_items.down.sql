CREATE TABLE item_new (id INTEGER PRIMARY KEY, qty INTEGER NOT NULL);
INSERT INTO item_new (id, qty)
SELECT id, qty
FROM item;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
