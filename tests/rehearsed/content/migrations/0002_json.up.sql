ALTER TABLE item ADD COLUMN author TEXT;
UPDATE item SET author = json_extract('{' || title || '}', '$.author');
