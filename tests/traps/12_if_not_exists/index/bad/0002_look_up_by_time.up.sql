CREATE INDEX IF NOT EXISTS visit_lookup ON visit (page, at);
