CREATE TABLE article (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE TABLE warehouse (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

INSERT OR IGNORE INTO warehouse (id, name) VALUES (1, 'main');
