ALTER TABLE poet ADD COLUMN country TEXT;
DROP VIEW poet_list;
CREATE VIEW poet_list AS
SELECT id, name, country FROM poet ORDER BY country, name;
