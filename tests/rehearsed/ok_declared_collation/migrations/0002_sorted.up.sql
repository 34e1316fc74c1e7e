CREATE INDEX item_sorted ON item (title COLLATE german);
