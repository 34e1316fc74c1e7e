PRAGMA foreign_keys = OFF;

CREATE TABLE weather_new (
    day TEXT NOT NULL PRIMARY KEY,
    high REAL,
    low REAL
) WITHOUT ROWID;

INSERT INTO weather_new (day, high, low)
SELECT day, high, low
FROM weather;

DROP TABLE weather;
ALTER TABLE weather_new RENAME TO weather;

PRAGMA foreign_keys = ON;
