PRAGMA foreign_keys = OFF;

CREATE TABLE box_new (
    id INT PRIMARY KEY,
    kind TEXT NOT NULL DEFAULT 'plain',
    size INTEGER
);

INSERT INTO box_new (id, kind, size)
SELECT id, kind, size
FROM box;

DROP TABLE box;
ALTER TABLE box_new RENAME TO box;

PRAGMA foreign_keys = ON;
