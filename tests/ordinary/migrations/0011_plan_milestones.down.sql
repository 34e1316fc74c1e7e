-- The column goes before the table that it refers to.
ALTER TABLE ticket DROP COLUMN milestone_id;
DROP TABLE milestone;
