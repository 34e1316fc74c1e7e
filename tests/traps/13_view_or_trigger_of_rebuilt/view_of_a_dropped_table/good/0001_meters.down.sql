DROP VIEW highest;
DROP TABLE old_reading;
DROP TABLE meter;
