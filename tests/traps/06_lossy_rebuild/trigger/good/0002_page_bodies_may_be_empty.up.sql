PRAGMA foreign_keys = OFF;

CREATE TABLE page_new (
    id INTEGER PRIMARY KEY,
    body TEXT NOT NULL DEFAULT '',
    revision INTEGER NOT NULL DEFAULT 0
);

INSERT INTO page_new (id, body, revision)
SELECT id, body, revision
FROM page;

DROP TABLE page;
ALTER TABLE page_new RENAME TO page;

CREATE TRIGGER page_touched
AFTER UPDATE OF body ON page
BEGIN
    UPDATE page SET revision = revision + 1 WHERE id = NEW.id;
END;

PRAGMA foreign_keys = ON;
