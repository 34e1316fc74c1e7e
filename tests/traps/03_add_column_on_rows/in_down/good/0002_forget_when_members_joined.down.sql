PRAGMA foreign_keys = OFF;

CREATE TABLE member_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    joined_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

INSERT INTO member_new (id, name)
SELECT id, name
FROM member;

DROP TABLE member;
ALTER TABLE member_new RENAME TO member;

PRAGMA foreign_keys = ON;
