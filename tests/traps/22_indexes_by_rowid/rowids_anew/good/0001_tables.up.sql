CREATE TABLE note (
    slug TEXT PRIMARY KEY,
    body TEXT NOT NULL
);
CREATE VIRTUAL TABLE note_fts USING fts5 (body, content = 'note');
CREATE TRIGGER note_ai AFTER INSERT ON note BEGIN
    INSERT INTO note_fts (rowid, body) VALUES (new.rowid, new.body);
END;
