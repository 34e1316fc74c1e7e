CREATE TABLE follow (
    id INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    topic TEXT NOT NULL,
    ended_at TEXT
);
