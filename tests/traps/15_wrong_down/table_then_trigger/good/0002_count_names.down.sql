DROP TRIGGER rename_counted;
DROP TABLE rename;
ALTER TABLE author DROP COLUMN changes;
