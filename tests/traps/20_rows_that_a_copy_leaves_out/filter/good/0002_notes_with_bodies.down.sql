CREATE TABLE note_new (id INTEGER PRIMARY KEY, body TEXT NOT NULL, title TEXT NOT NULL DEFAULT '');
INSERT INTO note_new (id, body, title)
SELECT id, body, title
FROM note;
DROP TABLE note;
ALTER TABLE note_new RENAME TO note;
