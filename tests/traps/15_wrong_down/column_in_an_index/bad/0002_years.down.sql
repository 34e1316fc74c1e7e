ALTER TABLE author DROP COLUMN born;
DROP INDEX author_by_year;
