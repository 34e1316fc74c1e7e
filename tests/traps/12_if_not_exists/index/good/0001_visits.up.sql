CREATE TABLE visit (
    id INTEGER PRIMARY KEY,
    page TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE INDEX visit_lookup ON visit (page);
