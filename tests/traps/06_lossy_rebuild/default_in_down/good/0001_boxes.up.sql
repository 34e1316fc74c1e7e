CREATE TABLE box (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL DEFAULT 'plain',
    size INTEGER
);
