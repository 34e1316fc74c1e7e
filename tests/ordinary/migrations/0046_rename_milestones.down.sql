ALTER TABLE iteration RENAME COLUMN closes_on TO ends_on;
ALTER TABLE iteration RENAME TO milestone;
