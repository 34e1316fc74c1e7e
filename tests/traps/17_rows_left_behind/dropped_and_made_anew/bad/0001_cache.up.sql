CREATE TABLE cache (
    id INTEGER PRIMARY KEY,
    page TEXT
);
