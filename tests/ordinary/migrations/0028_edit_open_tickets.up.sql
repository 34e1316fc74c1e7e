-- A view that can be written to: deleting from it closes the ticket.

CREATE VIEW open_ticket (id, project_id, title) AS
SELECT id, project_id, title FROM ticket WHERE state = 'open';

CREATE TRIGGER open_ticket_delete
INSTEAD OF DELETE ON open_ticket
BEGIN
    UPDATE ticket SET state = 'closed' WHERE id = OLD.id;
END;

CREATE TRIGGER open_ticket_update
INSTEAD OF UPDATE OF title ON open_ticket
WHEN NEW.title <> ''
BEGIN
    UPDATE ticket SET title = NEW.title WHERE id = OLD.id;
END;
