-- migratory: irreversible: the release before could not read what is written from here on
ALTER TABLE airport RENAME TO airport_old;

CREATE TABLE airport (
    code TEXT NOT NULL PRIMARY KEY,
    town TEXT NOT NULL COLLATE NOCASE
);

INSERT INTO airport (code, town)
SELECT code, town
FROM airport_old;

DROP TABLE airport_old;
