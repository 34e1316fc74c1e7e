-- Speeds up the search for people by name, whatever the case that it is typed in.
-- SQLite uses an index on an expression where a query holds the very same one: `lower(name) = ...`.

CREATE INDEX person_by_lower_name ON person (lower(name));
