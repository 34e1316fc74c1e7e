CREATE VIEW author_name AS
SELECT name FROM author;

CREATE TRIGGER author_trimmed
AFTER INSERT ON author
WHEN NEW.name <> trim(NEW.name)
BEGIN
    UPDATE author SET name = trim(name) WHERE id = NEW.id;
END;
