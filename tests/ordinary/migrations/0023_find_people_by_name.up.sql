CREATE INDEX person_by_lower_name ON person (lower(display_name));
CREATE INDEX IF NOT EXISTS person_by_name ON person (display_name COLLATE NOCASE, id);
