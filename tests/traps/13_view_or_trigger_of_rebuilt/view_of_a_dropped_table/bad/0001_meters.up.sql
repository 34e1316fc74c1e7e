CREATE TABLE meter (
    id INTEGER PRIMARY KEY,
    place TEXT NOT NULL
);

CREATE TABLE old_reading (
    meter_id INTEGER NOT NULL,
    value INTEGER NOT NULL
);

CREATE VIEW highest AS
SELECT meter_id, max(value) AS value FROM old_reading GROUP BY meter_id;
