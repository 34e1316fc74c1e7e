UPDATE quote SET source = ?1 WHERE source IS NULL;
