CREATE TABLE fruit (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

INSERT INTO fruit (id, name) VALUES (1, 'granny's');

CREATE INDEX fruit_by_name ON fruit (name);
