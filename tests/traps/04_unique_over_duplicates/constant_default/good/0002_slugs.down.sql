DROP INDEX post_by_slug;
ALTER TABLE post DROP COLUMN slug;
