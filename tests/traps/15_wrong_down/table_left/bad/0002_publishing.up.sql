CREATE TABLE publisher (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE TABLE contract (
    author_id INTEGER NOT NULL REFERENCES author (id),
    publisher_id INTEGER NOT NULL REFERENCES publisher (id),
    PRIMARY KEY (author_id, publisher_id)
);
