CREATE TABLE sensor (
    id INTEGER PRIMARY KEY,
    place TEXT NOT NULL
);

CREATE TABLE sample (
    sensor_id INTEGER NOT NULL REFERENCES sensor (id),
    at TEXT NOT NULL,
    value REAL NOT NULL
);
