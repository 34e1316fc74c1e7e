CREATE TABLE IF NOT EXISTS feature (
    name TEXT NOT NULL PRIMARY KEY,
    is_on INTEGER NOT NULL DEFAULT FALSE CHECK (is_on IN (FALSE, TRUE)),
    share REAL NOT NULL DEFAULT +0.5 CHECK (share BETWEEN 0 AND 1e0)
) WITHOUT ROWID;

INSERT OR IGNORE INTO feature (name, is_on) VALUES ('search', TRUE), ('teams', FALSE);

UPDATE feature SET is_on = TRUE WHERE name = 'teams' AND is_on = FALSE;
