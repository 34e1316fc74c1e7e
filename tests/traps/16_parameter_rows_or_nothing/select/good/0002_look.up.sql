CREATE INDEX quote_by_source ON quote (source);
