PRAGMA foreign_keys = OFF;

CREATE TABLE weather_new (
    day TEXT NOT NULL PRIMARY KEY,
    low REAL,
    high REAL
) WITHOUT ROWID;

INSERT INTO weather_new (day, low, high)
SELECT day, low, high
FROM weather;

DROP TABLE weather;
ALTER TABLE weather_new RENAME TO weather;

PRAGMA foreign_keys = ON;
