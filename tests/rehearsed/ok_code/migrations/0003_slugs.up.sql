-- migratory: code: makes them of the titles
ALTER TABLE item ADD COLUMN slug TEXT;
