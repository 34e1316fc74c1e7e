-- migratory: assumes(no_duplicates): there is one item at most
CREATE TABLE setting (name TEXT NOT NULL PRIMARY KEY);
INSERT INTO setting (name) SELECT 'has an item' FROM item;
