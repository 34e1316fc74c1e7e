ALTER TABLE person RENAME COLUMN display_name TO name;
