-- Drops the document and what reads it.
-- The trigger, the index and the generated column come first, since SQLite drops no column in use.

DROP TRIGGER item_touch;

CREATE TRIGGER item_touch
AFTER UPDATE OF medium_id, barcode, title, summary, release_year ON item
BEGIN
    UPDATE item SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id;
END;

DROP INDEX item_by_language;
ALTER TABLE item DROP COLUMN language;
ALTER TABLE item DROP COLUMN details;
