ALTER TABLE project DROP COLUMN settings;
