CREATE TABLE note_new (slug TEXT PRIMARY KEY, body TEXT NOT NULL, lang TEXT NOT NULL DEFAULT 'en');
INSERT INTO note_new (slug, body) SELECT slug, body FROM note;
DROP TABLE note;
ALTER TABLE note_new RENAME TO note;
