-- Keeps `updated_at` of an item current, whoever writes to it.
-- The trigger lists the columns that people edit: its own update names none of them, so it cannot
-- set itself off again.

CREATE TRIGGER item_touch
AFTER UPDATE OF medium_id, barcode, title, summary, release_year ON item
BEGIN
    UPDATE item SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id;
END;
