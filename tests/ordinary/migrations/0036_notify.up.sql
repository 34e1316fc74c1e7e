-- Written on another system: its lines end with CR LF.

CREATE TABLE notification (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    text TEXT NOT NULL DEFAULT 'two
lines',
    read_at TEXT
);

CREATE INDEX notification_unread ON notification (person_id) WHERE read_at IS NULL;
