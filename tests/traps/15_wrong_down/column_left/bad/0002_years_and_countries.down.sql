ALTER TABLE author DROP COLUMN country;
