-- migratory: irreversible: the release before could not read what is written from here on
PRAGMA foreign_keys = OFF;

CREATE TABLE airport_new (
    code TEXT NOT NULL PRIMARY KEY,
    town TEXT NOT NULL COLLATE NOCASE
);

INSERT INTO airport_new (code, town)
SELECT code, town
FROM airport;

DROP TABLE airport;
ALTER TABLE airport_new RENAME TO airport;

PRAGMA foreign_keys = ON;
