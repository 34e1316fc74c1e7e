CREATE UNIQUE INDEX author_by_name ON author (name);
