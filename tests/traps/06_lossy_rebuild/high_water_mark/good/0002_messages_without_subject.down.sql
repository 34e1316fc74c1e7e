PRAGMA foreign_keys = OFF;

CREATE TABLE message_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL,
    body TEXT NOT NULL DEFAULT ''
);

INSERT INTO message_new (id, subject, body)
SELECT id, subject, body
FROM message;

-- The new table goes on counting where the old one is.
DELETE FROM sqlite_sequence WHERE name = 'message_new';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'message_new', seq
FROM sqlite_sequence
WHERE name = 'message';

DROP TABLE message;
ALTER TABLE message_new RENAME TO message;

PRAGMA foreign_keys = ON;
