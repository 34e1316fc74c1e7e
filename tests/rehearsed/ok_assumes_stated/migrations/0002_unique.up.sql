-- migratory: assumes(no_duplicates): the program has always refused a second item of one title
CREATE UNIQUE INDEX item_by_title ON item (title);
