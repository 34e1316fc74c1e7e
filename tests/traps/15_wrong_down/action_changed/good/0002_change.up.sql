PRAGMA foreign_keys = OFF;

CREATE TABLE node_new (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES node (id) ON DELETE CASCADE,
    label TEXT
);

INSERT INTO node_new (id, parent_id, label)
SELECT id, parent_id, label
FROM node;

DROP TABLE node;
ALTER TABLE node_new RENAME TO node;

PRAGMA foreign_keys = ON;
