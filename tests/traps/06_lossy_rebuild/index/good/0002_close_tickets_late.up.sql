PRAGMA foreign_keys = OFF;

CREATE TABLE ticket_new (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new'
);

INSERT INTO ticket_new (id, title, state)
SELECT id, title, state
FROM ticket;

DROP TABLE ticket;
ALTER TABLE ticket_new RENAME TO ticket;

CREATE INDEX ticket_by_state ON ticket (state);
CREATE INDEX ticket_by_title ON ticket (title COLLATE NOCASE);

PRAGMA foreign_keys = ON;
