DROP INDEX quote_by_source;
