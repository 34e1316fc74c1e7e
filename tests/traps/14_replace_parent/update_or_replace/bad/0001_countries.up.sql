CREATE TABLE country (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE
);

CREATE TABLE town (
    id INTEGER PRIMARY KEY,
    country_id INTEGER NOT NULL REFERENCES country (id) ON DELETE CASCADE,
    name TEXT NOT NULL
);

INSERT OR IGNORE INTO country (id, code) VALUES (1, 'uk'), (2, 'gb');
