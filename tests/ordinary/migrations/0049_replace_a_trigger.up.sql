-- Changing the milestone is a change too.

DROP TRIGGER ticket_changed;

CREATE TRIGGER ticket_changed
AFTER UPDATE OF title, body, state, assignee_id, milestone_id ON ticket
FOR EACH ROW
BEGIN
    UPDATE ticket SET changed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id = NEW.id;
END;
