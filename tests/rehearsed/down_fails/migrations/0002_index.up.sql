CREATE INDEX item_by_title ON item (title);
