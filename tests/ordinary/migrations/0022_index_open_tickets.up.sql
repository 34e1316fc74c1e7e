CREATE INDEX ticket_open ON ticket (project_id, priority DESC) WHERE state = 'open';
