CREATE UNIQUE INDEX item_by_title ON item (title);
