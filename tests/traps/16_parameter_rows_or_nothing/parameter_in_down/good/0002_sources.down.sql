UPDATE quote SET source = NULL WHERE source = 'unknown';
