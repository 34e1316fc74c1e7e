ALTER TABLE ticket ADD COLUMN assignee_id INTEGER REFERENCES person (id) ON DELETE SET NULL;

CREATE INDEX ticket_by_assignee ON ticket (assignee_id, state);
