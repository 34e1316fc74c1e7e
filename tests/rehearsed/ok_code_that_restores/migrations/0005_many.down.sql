-- migratory: code: merges the sales of an item
CREATE TABLE sale_new (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL UNIQUE REFERENCES item (id)
);
INSERT INTO sale_new (id, item_id) SELECT id, item_id FROM sale;
DROP TABLE sale;
ALTER TABLE sale_new RENAME TO sale;
