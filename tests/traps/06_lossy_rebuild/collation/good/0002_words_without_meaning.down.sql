PRAGMA foreign_keys = OFF;

CREATE TABLE entry_new (
    word TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
    meaning TEXT NOT NULL
);

INSERT INTO entry_new (word, meaning)
SELECT word, COALESCE(meaning, '')
FROM entry;

DROP TABLE entry;
ALTER TABLE entry_new RENAME TO entry;

PRAGMA foreign_keys = ON;
