PRAGMA foreign_keys = OFF;

CREATE TABLE note_new (
    id INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

INSERT INTO note_new (id, body)
SELECT id, body
FROM note;

DROP TABLE note;
ALTER TABLE note_new RENAME TO note;

CREATE INDEX note_by_body ON note (body);

PRAGMA foreign_keys = ON;
