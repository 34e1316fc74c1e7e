DROP INDEX item_code;
CREATE UNIQUE INDEX item_by_code ON item (code);
