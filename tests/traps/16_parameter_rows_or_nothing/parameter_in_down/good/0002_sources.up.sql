UPDATE quote SET source = 'unknown' WHERE source IS NULL;
