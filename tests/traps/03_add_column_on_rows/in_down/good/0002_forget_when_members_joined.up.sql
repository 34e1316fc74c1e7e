-- migratory: allow(drop_column): nothing reads it, and we must not keep it
ALTER TABLE member DROP COLUMN joined_at;
