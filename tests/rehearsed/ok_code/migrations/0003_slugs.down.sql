-- migratory: code
ALTER TABLE item DROP COLUMN slug;
