-- migratory: allow(drop_column): nothing is sold any more
ALTER TABLE item DROP COLUMN price;
