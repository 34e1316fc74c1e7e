CREATE TABLE airport (
    code TEXT NOT NULL PRIMARY KEY,
    town TEXT NOT NULL
);

CREATE TABLE flight (
    id INTEGER PRIMARY KEY,
    airport TEXT REFERENCES airport (code) ON DELETE CASCADE,
    number TEXT NOT NULL
);
