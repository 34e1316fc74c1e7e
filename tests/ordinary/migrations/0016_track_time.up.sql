CREATE TABLE time_entry (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    spent_on TEXT NOT NULL DEFAULT (date('now')),
    hours INTEGER NOT NULL DEFAULT 0,
    minutes INTEGER NOT NULL DEFAULT 0,
    total INTEGER GENERATED ALWAYS AS (hours * 60 + minutes) STORED
);

CREATE INDEX time_entry_by_ticket ON time_entry (ticket_id);
CREATE INDEX time_entry_by_day ON time_entry (spent_on DESC, person_id);
