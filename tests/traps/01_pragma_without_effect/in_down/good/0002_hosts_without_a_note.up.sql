PRAGMA foreign_keys = OFF;

CREATE TABLE host_new (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,
    note TEXT
);

INSERT INTO host_new (id, address, note)
SELECT id, address, note
FROM host;

DROP TABLE host;
ALTER TABLE host_new RENAME TO host;

PRAGMA foreign_keys = ON;
