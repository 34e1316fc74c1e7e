-- Labels, and which ticket has which: a many-to-many table.

CREATE TABLE label (
    id INTEGER PRIMARY KEY,
    project_id INTEGER REFERENCES project (id) ON DELETE CASCADE,
    name TEXT NOT NULL COLLATE NOCASE,
    colour TEXT NOT NULL DEFAULT '#888888',
    UNIQUE (project_id, name)
) STRICT;

CREATE TABLE ticket_label (
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    label_id INTEGER NOT NULL REFERENCES label (id) ON DELETE CASCADE,
    PRIMARY KEY (ticket_id, label_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_label_by_label ON ticket_label (label_id);
