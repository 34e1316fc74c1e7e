PRAGMA foreign_keys = OFF;

CREATE TABLE edge_new (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    label TEXT NOT NULL DEFAULT ''
);

INSERT INTO edge_new (id, source, target, label)
SELECT id, source, target, label
FROM edge;

DROP TABLE edge;
ALTER TABLE edge_new RENAME TO edge;

PRAGMA foreign_keys = ON;
