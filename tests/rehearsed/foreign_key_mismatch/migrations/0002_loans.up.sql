-- migratory: allow(foreign_key_target): the next migration makes another one
DROP INDEX item_by_code;
DELETE FROM item WHERE code = '';
CREATE UNIQUE INDEX item_code ON item (code);
