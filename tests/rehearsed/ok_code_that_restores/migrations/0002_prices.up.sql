-- migratory: code
CREATE TABLE item_price AS SELECT id, price FROM item;
ALTER TABLE item DROP COLUMN price;
