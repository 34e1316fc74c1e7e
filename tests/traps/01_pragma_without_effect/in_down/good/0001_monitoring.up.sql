CREATE TABLE host (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,
    note TEXT NOT NULL DEFAULT ''
);

CREATE TABLE service (
    id INTEGER PRIMARY KEY,
    host_id INTEGER NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    port INTEGER NOT NULL
);

CREATE TABLE outage (
    service_id INTEGER NOT NULL REFERENCES service (id) ON DELETE CASCADE,
    began_at TEXT NOT NULL,
    PRIMARY KEY (service_id, began_at)
);
