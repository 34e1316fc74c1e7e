-- migratory: allow(partial_copy): an item without a title was never finished
-- migratory: irreversible: the unfinished items are gone
PRAGMA foreign_keys = OFF;

CREATE TABLE item_new (id INTEGER PRIMARY KEY, title TEXT NOT NULL);
INSERT INTO item_new (id, title) SELECT id, title FROM item WHERE title IS NOT NULL;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;

PRAGMA foreign_keys = ON;
