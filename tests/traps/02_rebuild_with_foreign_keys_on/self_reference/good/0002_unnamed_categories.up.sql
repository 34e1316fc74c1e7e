PRAGMA foreign_keys = OFF;

CREATE TABLE category_new (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER,
    name TEXT NOT NULL DEFAULT 'unnamed',
    FOREIGN KEY (parent_id) REFERENCES category (id) ON DELETE CASCADE
);

INSERT INTO category_new (id, parent_id, name)
SELECT id, parent_id, name
FROM category;

DROP TABLE category;
ALTER TABLE category_new RENAME TO category;

CREATE INDEX category_by_parent ON category (parent_id);

PRAGMA foreign_keys = ON;
