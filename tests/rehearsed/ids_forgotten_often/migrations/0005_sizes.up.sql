-- migratory: irreversible: the example shows no down
CREATE TABLE note_new (id INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT, size INT CHECK (size IS NOT -5));
INSERT INTO note_new (id, line, size) SELECT id, line, size FROM note;
DROP TABLE note;
ALTER TABLE note_new RENAME TO note;
