DROP INDEX entry_by_at;
