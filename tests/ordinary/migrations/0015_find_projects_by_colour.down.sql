-- The other way round.
DROP INDEX project_by_language;
DROP INDEX project_by_colour;
ALTER TABLE project DROP COLUMN colour;
