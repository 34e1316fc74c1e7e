CREATE TABLE word_new (text TEXT NOT NULL, seen TEXT, count INTEGER);
INSERT INTO word_new (text, seen) SELECT text, seen FROM word ORDER BY rowid;
DROP TABLE word;
ALTER TABLE word_new RENAME TO word;
CREATE TRIGGER word_seen AFTER INSERT ON word BEGIN
    UPDATE word SET seen = 'now' WHERE rowid = NEW.rowid;
END;
