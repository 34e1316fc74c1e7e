CREATE TABLE read (note INTEGER, at TEXT);
CREATE TRIGGER note_read AFTER UPDATE ON note BEGIN
    INSERT INTO read (note, at) VALUES (NEW.rowid, 'now');
END;
