-- Who deleted what, as a document.

CREATE TABLE journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER)),
    entry TEXT NOT NULL CHECK (json_valid(entry))
);

CREATE TRIGGER journal_ticket
AFTER DELETE ON ticket
BEGIN
    INSERT INTO journal (entry)
    VALUES (json_object('table', 'ticket', 'id', OLD.id, 'title', OLD.title));
END;

CREATE TRIGGER journal_label
BEFORE UPDATE OF name ON label
WHEN OLD.name IS NOT NEW.name
BEGIN
    INSERT INTO journal (entry) VALUES (json_array('label', OLD.name, NEW.name));
END;
