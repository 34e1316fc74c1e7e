UPDATE quote
SET source = :source
WHERE source IS NULL;
