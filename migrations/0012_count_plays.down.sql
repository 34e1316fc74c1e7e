-- Drops the plays, and the count that was made of them.
-- The triggers go with the table, and only then can the column go that they name.

DROP TABLE play;
ALTER TABLE item DROP COLUMN play_count;
