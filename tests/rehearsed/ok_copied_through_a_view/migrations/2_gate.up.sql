CREATE TABLE note_new (id INTEGER PRIMARY KEY, title TEXT, body TEXT, words INTEGER NOT NULL DEFAULT 0);
CREATE VIEW gate AS SELECT id, title, body FROM note_new;
CREATE TRIGGER gate_in INSTEAD OF INSERT ON gate BEGIN
    INSERT INTO note_new (id, title, body, words) VALUES (NEW.id, NEW.title, NEW.body, coalesce(length(NEW.body), 0));
END;
INSERT INTO gate (id, title, body) SELECT id, title, body FROM note;
DROP VIEW gate;
DROP TABLE note;
ALTER TABLE note_new RENAME TO note;
