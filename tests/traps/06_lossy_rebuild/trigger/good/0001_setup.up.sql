CREATE TABLE page (
    id INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0
);

CREATE TRIGGER page_touched
AFTER UPDATE OF body ON page
BEGIN
    UPDATE page SET revision = revision + 1 WHERE id = NEW.id;
END;
