PRAGMA foreign_keys = OFF;

DROP VIEW time_sum;

CREATE TABLE time_entry_new (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    spent_on TEXT NOT NULL DEFAULT (date('now')),
    hours INTEGER NOT NULL DEFAULT 0,
    minutes INTEGER NOT NULL DEFAULT 0,
    total INTEGER GENERATED ALWAYS AS (hours * 60 + minutes) STORED
);

INSERT INTO time_entry_new (id, ticket_id, person_id, spent_on, hours, minutes)
SELECT id, ticket_id, person_id, spent_on, hours, minutes
FROM time_entry;

DROP TABLE time_entry;
ALTER TABLE time_entry_new RENAME TO time_entry;

CREATE INDEX time_entry_by_ticket ON time_entry (ticket_id);
CREATE INDEX time_entry_by_day ON time_entry (spent_on DESC, person_id);

CREATE TRIGGER time_entry_watches
AFTER INSERT ON time_entry
BEGIN
    INSERT OR IGNORE INTO watcher (ticket_id, person_id) VALUES (NEW.ticket_id, NEW.person_id);
END;

CREATE VIEW time_sum AS
SELECT
    id,
    ticket_id,
    total,
    sum(total) OVER (PARTITION BY ticket_id ORDER BY spent_on, id) AS running,
    rank() OVER by_person AS rank
FROM time_entry
WINDOW by_person AS (PARTITION BY person_id ORDER BY total DESC);

PRAGMA foreign_keys = ON;
