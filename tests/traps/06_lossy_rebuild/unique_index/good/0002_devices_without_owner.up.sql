PRAGMA foreign_keys = OFF;

CREATE TABLE device_new (
    id INTEGER PRIMARY KEY,
    serial TEXT NOT NULL,
    owner TEXT,
    retired INTEGER NOT NULL DEFAULT 0
);

INSERT INTO device_new (id, serial, owner, retired)
SELECT id, serial, NULLIF(owner, ''), retired
FROM device;

DROP TABLE device;
ALTER TABLE device_new RENAME TO device;

CREATE UNIQUE INDEX device_by_serial ON device (serial) WHERE retired = 0;

PRAGMA foreign_keys = ON;
