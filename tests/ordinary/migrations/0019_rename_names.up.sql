-- The view `ticket_list` follows by itself.
ALTER TABLE person RENAME COLUMN name TO display_name;
