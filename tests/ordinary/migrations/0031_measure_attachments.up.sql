ALTER TABLE attachment ADD COLUMN bytes INTEGER;

UPDATE attachment SET bytes = length(content) WHERE bytes IS NULL;

CREATE TRIGGER attachment_measured
AFTER INSERT ON attachment
WHEN NEW.bytes IS NULL
BEGIN
    UPDATE attachment SET bytes = length(content) WHERE id = NEW.id;
END;
