DELETE FROM login WHERE ends_at < datetime('now', '-1 year');
