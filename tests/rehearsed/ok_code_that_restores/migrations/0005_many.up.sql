-- migratory: allow(lossy_rebuild): an item may be sold again
CREATE TABLE sale_new (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL REFERENCES item (id)
);
INSERT INTO sale_new (id, item_id) SELECT id, item_id FROM sale;
DROP TABLE sale;
ALTER TABLE sale_new RENAME TO sale;
