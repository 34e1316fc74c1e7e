CREATE TABLE device (
    id INTEGER PRIMARY KEY,
    serial TEXT NOT NULL,
    owner TEXT NOT NULL DEFAULT '',
    retired INTEGER NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX device_by_serial ON device (serial) WHERE retired = 0;
