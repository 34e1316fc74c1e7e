-- migratory: assumes(parcel: weight <> 'unknown' OR weight IS NULL): the program writes NULL for it
PRAGMA foreign_keys = OFF;

CREATE TABLE parcel_new (
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL DEFAULT 'packed',
    weight TEXT CHECK (weight <> 'unknown' OR weight IS NULL)
);

INSERT INTO parcel_new (id, state, weight)
SELECT id, state, weight
FROM parcel;

DROP TABLE parcel;
ALTER TABLE parcel_new RENAME TO parcel;

PRAGMA foreign_keys = ON;
