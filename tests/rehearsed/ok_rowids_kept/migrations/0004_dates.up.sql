CREATE TABLE word (text TEXT NOT NULL, seen TEXT);
CREATE TRIGGER word_seen AFTER INSERT ON word BEGIN
    UPDATE word SET seen = 'now' WHERE rowid = NEW.rowid;
END;
