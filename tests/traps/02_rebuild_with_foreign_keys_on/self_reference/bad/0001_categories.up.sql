CREATE TABLE category (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER,
    name TEXT NOT NULL,
    FOREIGN KEY (parent_id) REFERENCES category (id) ON DELETE CASCADE
);

CREATE INDEX category_by_parent ON category (parent_id);
