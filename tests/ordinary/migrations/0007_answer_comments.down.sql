DROP INDEX comment_by_parent;
ALTER TABLE comment DROP COLUMN parent_id;
