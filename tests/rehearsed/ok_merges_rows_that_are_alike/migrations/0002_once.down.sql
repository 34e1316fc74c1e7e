CREATE TABLE tag_new (note_id INTEGER NOT NULL, name TEXT NOT NULL);
INSERT INTO tag_new (note_id, name) SELECT note_id, name FROM tag;
DROP TABLE tag;
ALTER TABLE tag_new RENAME TO tag;

CREATE TABLE link_new (source TEXT NOT NULL, target TEXT NOT NULL);
INSERT INTO link_new (source, target) SELECT source, target FROM link;
DROP TABLE link;
ALTER TABLE link_new RENAME TO link;

DROP INDEX alias_once;
