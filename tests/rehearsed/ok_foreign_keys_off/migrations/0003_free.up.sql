CREATE TABLE item_new (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL DEFAULT '',
    price INTEGER
);
INSERT INTO item_new (id, title, price) SELECT id, title, price FROM item;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
