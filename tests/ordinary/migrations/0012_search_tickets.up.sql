-- Full-text search that reads the text from `ticket` itself.

CREATE VIRTUAL TABLE ticket_search USING fts5 (
    title,
    body,
    content = 'ticket',
    content_rowid = 'id',
    tokenize = 'porter unicode61'
);

CREATE TRIGGER ticket_search_insert
AFTER INSERT ON ticket
BEGIN
    INSERT INTO ticket_search (rowid, title, body) VALUES (NEW.id, NEW.title, NEW.body);
END;

CREATE TRIGGER ticket_search_delete
AFTER DELETE ON ticket
BEGIN
    INSERT INTO ticket_search (ticket_search, rowid, title, body)
    VALUES ('delete', OLD.id, OLD.title, OLD.body);
END;

CREATE TRIGGER ticket_search_update
AFTER UPDATE OF id, title, body ON ticket
BEGIN
    INSERT INTO ticket_search (ticket_search, rowid, title, body)
    VALUES ('delete', OLD.id, OLD.title, OLD.body);
    INSERT INTO ticket_search (rowid, title, body) VALUES (NEW.id, NEW.title, NEW.body);
END;

INSERT INTO ticket_search (ticket_search) VALUES ('rebuild');
