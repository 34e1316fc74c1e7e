DROP VIEW poet_list;
ALTER TABLE poet DROP COLUMN country;
CREATE VIEW poet_list AS
SELECT id, name FROM poet ORDER BY name;
