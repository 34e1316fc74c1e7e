CREATE TABLE item_old (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    price INTEGER
);
INSERT INTO item_old (id, title, price) SELECT id, title, price FROM item;
DROP TABLE item;
ALTER TABLE item_old RENAME TO item;
