-- Drops the search index, after the triggers that write to it.
-- The text itself is in `item` and stays.

DROP TRIGGER item_search_update;
DROP TRIGGER item_search_delete;
DROP TRIGGER item_search_insert;
DROP TABLE item_search;
