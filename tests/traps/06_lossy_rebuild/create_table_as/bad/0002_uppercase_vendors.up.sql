-- migratory: irreversible: the release before could not read what is written from here on
PRAGMA foreign_keys = OFF;

CREATE TABLE vendor_new AS SELECT id, upper(name) AS name, active FROM vendor;

DROP TABLE vendor;
ALTER TABLE vendor_new RENAME TO vendor;

PRAGMA foreign_keys = ON;
