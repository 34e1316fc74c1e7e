-- migratory: assumes(no_nulls): every item got its slug in version 3
CREATE TABLE item_new (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    price INTEGER,
    slug TEXT NOT NULL
);
INSERT INTO item_new (id, title, price, slug) SELECT id, title, price, slug FROM item;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
