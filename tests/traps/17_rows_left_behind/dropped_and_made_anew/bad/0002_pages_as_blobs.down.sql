-- migratory: allow(drop_table): pages are fetched again
DROP TABLE cache;

CREATE TABLE cache (
    id INTEGER PRIMARY KEY,
    page TEXT
);
