CREATE VIEW cheap AS SELECT id FROM item;
CREATE INDEX item_by_title ON item (titel);
