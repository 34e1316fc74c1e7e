DROP INDEX ticket_by_assignee;
ALTER TABLE ticket DROP COLUMN assignee_id;
