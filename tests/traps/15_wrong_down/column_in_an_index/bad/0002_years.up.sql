ALTER TABLE author ADD COLUMN born INTEGER;
CREATE INDEX author_by_year ON author (born);
