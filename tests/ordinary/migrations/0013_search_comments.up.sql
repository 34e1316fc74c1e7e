-- Full-text search with a copy of the text of its own.

CREATE VIRTUAL TABLE comment_search USING fts5 (body, prefix = '2 3');

INSERT INTO comment_search (rowid, body)
SELECT id, body FROM comment;

CREATE TRIGGER comment_search_insert AFTER INSERT ON comment BEGIN
    INSERT INTO comment_search (rowid, body) VALUES (NEW.id, NEW.body);
END;

CREATE TRIGGER comment_search_delete AFTER DELETE ON comment BEGIN
    DELETE FROM comment_search WHERE rowid = OLD.id;
END;

CREATE TRIGGER comment_search_update AFTER UPDATE OF body ON comment BEGIN
    UPDATE comment_search SET body = NEW.body WHERE rowid = OLD.id;
END;
