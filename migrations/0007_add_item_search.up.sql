-- Adds full-text search over titles and summaries.
-- The index keeps no copy of the text: it reads `item`, and triggers tell it what has changed.
-- The last statement indexes the items that exist already.

CREATE VIRTUAL TABLE item_search USING fts5 (
    title,
    summary,
    content = 'item',
    content_rowid = 'id'
);

CREATE TRIGGER item_search_insert
AFTER INSERT ON item
BEGIN
    INSERT INTO item_search (rowid, title, summary) VALUES (NEW.id, NEW.title, NEW.summary);
END;

-- FTS5 takes a row out by a command that repeats the text which was indexed.
CREATE TRIGGER item_search_delete
AFTER DELETE ON item
BEGIN
    INSERT INTO item_search (item_search, rowid, title, summary)
    VALUES ('delete', OLD.id, OLD.title, OLD.summary);
END;

CREATE TRIGGER item_search_update
AFTER UPDATE OF id, title, summary ON item
BEGIN
    INSERT INTO item_search (item_search, rowid, title, summary)
    VALUES ('delete', OLD.id, OLD.title, OLD.summary);
    INSERT INTO item_search (rowid, title, summary) VALUES (NEW.id, NEW.title, NEW.summary);
END;

INSERT INTO item_search (item_search) VALUES ('rebuild');
