-- Gives an item a JSON document for what only some media have: pages, minutes, platforms.
-- People filter by language, so a generated column reads it from the document, and has an index.
-- The trigger of `updated_at` is created anew to watch the document too.

ALTER TABLE item ADD COLUMN details TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(details));

-- `ADD COLUMN` takes a generated column only if it is VIRTUAL.
ALTER TABLE item
ADD COLUMN language TEXT GENERATED ALWAYS AS (json_extract(details, '$.language')) VIRTUAL;

CREATE INDEX item_by_language ON item (language) WHERE language IS NOT NULL;

DROP TRIGGER item_touch;

CREATE TRIGGER item_touch
AFTER UPDATE OF medium_id, barcode, title, summary, release_year, details ON item
BEGIN
    UPDATE item SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id;
END;
