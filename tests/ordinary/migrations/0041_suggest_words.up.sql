-- An index of titles without their text: only the row ids come back.

CREATE VIRTUAL TABLE title_word USING fts5 (title, content = '', detail = none);

INSERT INTO title_word (rowid, title)
SELECT id, title FROM milestone;

CREATE TRIGGER title_word_insert AFTER INSERT ON milestone BEGIN
    INSERT INTO title_word (rowid, title) VALUES (NEW.id, NEW.title);
END;

CREATE TRIGGER title_word_delete AFTER DELETE ON milestone BEGIN
    INSERT INTO title_word (title_word, rowid, title) VALUES ('delete', OLD.id, OLD.title);
END;

CREATE TRIGGER title_word_update AFTER UPDATE OF id, title ON milestone BEGIN
    INSERT INTO title_word (title_word, rowid, title) VALUES ('delete', OLD.id, OLD.title);
    INSERT INTO title_word (rowid, title) VALUES (NEW.id, NEW.title);
END;
