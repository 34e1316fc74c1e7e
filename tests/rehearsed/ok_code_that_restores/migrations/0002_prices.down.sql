-- migratory: code
ALTER TABLE item ADD COLUMN price INTEGER;
DROP TABLE item_price;
