CREATE TABLE ticket (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open'
);

CREATE INDEX ticket_by_state ON ticket (state);
CREATE INDEX ticket_by_title ON ticket (title COLLATE NOCASE);
