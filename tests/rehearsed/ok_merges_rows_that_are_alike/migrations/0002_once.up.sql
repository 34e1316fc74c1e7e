CREATE TABLE tag_new (note_id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (note_id, name));
INSERT INTO tag_new (note_id, name) SELECT DISTINCT note_id, name FROM tag;
DROP TABLE tag;
ALTER TABLE tag_new RENAME TO tag;

CREATE TABLE link_new (source TEXT NOT NULL, target TEXT NOT NULL, UNIQUE (target, source));
INSERT INTO link_new (source, target) SELECT source, target FROM link GROUP BY source, target;
DROP TABLE link;
ALTER TABLE link_new RENAME TO link;

CREATE TABLE alias_new (name TEXT NOT NULL, of TEXT NOT NULL);
INSERT INTO alias_new (name, of) SELECT name, of FROM alias UNION SELECT name, of FROM alias;
DROP TABLE alias;
ALTER TABLE alias_new RENAME TO alias;
CREATE UNIQUE INDEX alias_once ON alias (name, of);
