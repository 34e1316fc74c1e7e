DROP TRIGGER ticket_changed;
ALTER TABLE ticket DROP COLUMN changed_at;
