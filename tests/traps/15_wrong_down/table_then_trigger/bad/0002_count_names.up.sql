ALTER TABLE author ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;

CREATE TABLE rename (
    author_id INTEGER NOT NULL,
    name TEXT NOT NULL
);

CREATE TRIGGER rename_counted
AFTER INSERT ON rename
BEGIN
    UPDATE author SET changes = changes + 1 WHERE id = NEW.author_id;
END;
