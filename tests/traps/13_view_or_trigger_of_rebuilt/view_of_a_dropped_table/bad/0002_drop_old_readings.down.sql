CREATE TABLE old_reading (
    meter_id INTEGER NOT NULL,
    value INTEGER NOT NULL
);
