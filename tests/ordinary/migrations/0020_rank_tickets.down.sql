ALTER TABLE ticket DROP COLUMN priority;
DROP TABLE priority;
