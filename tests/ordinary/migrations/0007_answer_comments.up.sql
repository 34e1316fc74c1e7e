-- A comment may answer another one.

ALTER TABLE comment ADD COLUMN parent_id INTEGER DEFAULT NULL REFERENCES comment (id) ON DELETE CASCADE;

CREATE INDEX comment_by_parent ON comment (parent_id) WHERE parent_id IS NOT NULL;
