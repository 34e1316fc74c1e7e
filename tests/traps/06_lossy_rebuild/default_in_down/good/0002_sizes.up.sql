-- migratory: assumes(box: size IS NULL OR size <> -1): the program writes NULL for it
PRAGMA foreign_keys = OFF;

CREATE TABLE box_new (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL DEFAULT 'plain',
    size INTEGER CHECK (size IS NULL OR size <> -1)
);

INSERT INTO box_new (id, kind, size)
SELECT id, kind, size
FROM box;

DROP TABLE box;
ALTER TABLE box_new RENAME TO box;

PRAGMA foreign_keys = ON;
