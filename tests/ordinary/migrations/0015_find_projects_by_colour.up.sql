ALTER TABLE project
ADD COLUMN colour TEXT GENERATED ALWAYS AS (json_extract(settings, '$.colour')) VIRTUAL;

CREATE INDEX project_by_colour ON project (colour);
CREATE INDEX project_by_language ON project (json_extract(settings, '$.language'));
