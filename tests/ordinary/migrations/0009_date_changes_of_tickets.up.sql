-- When a ticket was last changed; of those that exist, when they were created.

ALTER TABLE ticket ADD COLUMN changed_at TEXT;

UPDATE ticket SET changed_at = created_at WHERE changed_at IS NULL;

CREATE TRIGGER ticket_changed
AFTER UPDATE OF title, body, state, assignee_id ON ticket
FOR EACH ROW
BEGIN
    UPDATE ticket SET changed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id = NEW.id;
END;
