-- What only some projects have goes into a document.

ALTER TABLE project
ADD COLUMN settings TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings));

UPDATE project
SET settings = json_set(settings, '$.archived_by', 'migration')
WHERE is_archived = 1 AND json_extract(settings, '$.archived_by') IS NULL;
