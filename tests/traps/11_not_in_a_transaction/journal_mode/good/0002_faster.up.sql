CREATE INDEX entry_by_at ON entry (at);
