CREATE TABLE attachment (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    content BLOB NOT NULL CHECK (length(content) <= 10485760),
    magic BLOB NOT NULL DEFAULT x'00ff'
) STRICT;

CREATE INDEX attachment_by_ticket ON attachment (ticket_id);
