PRAGMA foreign_keys = OFF;

CREATE TABLE page_new (
    id INTEGER PRIMARY KEY,
    body TEXT NOT NULL DEFAULT '',
    revision INTEGER NOT NULL DEFAULT 0
);

INSERT INTO page_new (id, body, revision)
SELECT id, body, revision
FROM page;

DROP TABLE page;
ALTER TABLE page_new RENAME TO page;

PRAGMA foreign_keys = ON;
