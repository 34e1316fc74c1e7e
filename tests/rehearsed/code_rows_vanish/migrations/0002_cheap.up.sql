-- migratory: code
CREATE TABLE item_new (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    price INTEGER
);
INSERT INTO item_new (id, title, price) SELECT id, title, price FROM item WHERE price < 0;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
