CREATE INDEX quote_by_source ON quote (source);
PRAGMA table_info(quote);
