ALTER TABLE event
ADD COLUMN city TEXT NOT NULL AS (json_extract(payload, '$.city'));
