INSERT OR REPLACE INTO folder (id, name)
SELECT id, trim(name) FROM folder;
