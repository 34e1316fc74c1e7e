CREATE TABLE entry_archive (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL
);
