ALTER TABLE setting ADD COLUMN name TEXT;
UPDATE setting SET name = json_extract(value, '$.name');
