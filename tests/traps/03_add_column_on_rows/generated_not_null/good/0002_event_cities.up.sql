ALTER TABLE event
ADD COLUMN city TEXT AS (json_extract(payload, '$.city'));
