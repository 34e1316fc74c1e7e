DROP TABLE rename;
DROP TRIGGER rename_counted;
ALTER TABLE author DROP COLUMN changes;
