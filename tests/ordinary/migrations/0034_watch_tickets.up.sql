-- Whoever a ticket is assigned to, or who has written about it, watches it from the start.

CREATE TABLE watcher (
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    PRIMARY KEY (ticket_id, person_id)
) WITHOUT ROWID;

INSERT INTO watcher (ticket_id, person_id)
SELECT id, assignee_id FROM ticket WHERE assignee_id IS NOT NULL
UNION
SELECT ticket_id, author_id FROM comment WHERE author_id IS NOT NULL;

-- Whoever works on a ticket watches it.
CREATE TRIGGER time_entry_watches
AFTER INSERT ON time_entry
BEGIN
    INSERT OR IGNORE INTO watcher (ticket_id, person_id) VALUES (NEW.ticket_id, NEW.person_id);
END;
