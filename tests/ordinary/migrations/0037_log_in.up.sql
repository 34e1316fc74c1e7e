-- Begins with a byte order mark.

CREATE TABLE login (
    token TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    begun_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ends_at TEXT NOT NULL DEFAULT (datetime('now', '+7 days')),
    begun_time TEXT NOT NULL DEFAULT CURRENT_TIME
);
