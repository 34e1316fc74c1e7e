ALTER TABLE note RENAME TO memo;
DROP TABLE note_fts;
CREATE VIRTUAL TABLE note_fts USING fts5 (body, content = 'memo', content_rowid = 'id');
INSERT INTO note_fts (note_fts) VALUES ('rebuild');
