CREATE TABLE fruit (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

-- by name and nothing else
CREATE INDEX fruit_by_name ON fruit (name);
