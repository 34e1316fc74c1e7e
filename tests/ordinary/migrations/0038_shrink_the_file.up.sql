-- Gives the pages of what was deleted back to the file system.
-- migratory: no-transaction

VACUUM;
