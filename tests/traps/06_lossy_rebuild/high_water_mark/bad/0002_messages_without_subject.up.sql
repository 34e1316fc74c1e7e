PRAGMA foreign_keys = OFF;

CREATE TABLE message_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT ''
);

INSERT INTO message_new (id, subject, body)
SELECT id, subject, body
FROM message;

DROP TABLE message;
ALTER TABLE message_new RENAME TO message;

PRAGMA foreign_keys = ON;
