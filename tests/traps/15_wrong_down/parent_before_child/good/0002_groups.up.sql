CREATE TABLE author_group (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE TABLE grouping (
    author_id INTEGER NOT NULL REFERENCES author (id),
    group_id INTEGER NOT NULL REFERENCES author_group (id)
);
