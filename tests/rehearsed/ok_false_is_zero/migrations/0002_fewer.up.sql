-- migratory: allow(drop_column): nobody reads them
ALTER TABLE word DROP COLUMN is_new;
ALTER TABLE word DROP COLUMN is_long;
