-- migratory: allow(drop_column): undone by hand
ALTER TABLE event ADD COLUMN seconds INTEGER;
UPDATE event SET seconds = unixepoch(at);
