CREATE TABLE item_new (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    price INTEGER NOT NULL DEFAULT 0
);
INSERT INTO item_new (id, title, price)
SELECT id, title, price FROM item WHERE price IS NOT NULL;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
