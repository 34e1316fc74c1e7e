PRAGMA foreign_keys = OFF;

CREATE TABLE code_new (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE ON CONFLICT IGNORE,
    label TEXT NOT NULL
);

INSERT INTO code_new (id, code, label)
SELECT id, code, COALESCE(label, '')
FROM code;

DROP TABLE code;
ALTER TABLE code_new RENAME TO code;

PRAGMA foreign_keys = ON;
