CREATE TABLE quote (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    source TEXT
);
