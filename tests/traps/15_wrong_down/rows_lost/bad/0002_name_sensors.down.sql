PRAGMA foreign_keys = OFF;

DROP TABLE sensor;
DROP TABLE sample;

CREATE TABLE sensor (
    id INTEGER PRIMARY KEY,
    place TEXT NOT NULL
);

CREATE TABLE sample (
    sensor_id INTEGER NOT NULL REFERENCES sensor (id),
    at TEXT NOT NULL,
    value REAL NOT NULL
);

PRAGMA foreign_keys = ON;
