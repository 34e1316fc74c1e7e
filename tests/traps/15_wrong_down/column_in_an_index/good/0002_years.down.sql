DROP INDEX author_by_year;
ALTER TABLE author DROP COLUMN born;
