CREATE TABLE fruit (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

/* people search by name
CREATE INDEX fruit_by_name ON fruit (name);
