INSERT INTO profile (id, project_id) SELECT lower(hex(randomblob(16))), id FROM project;
DROP TABLE chunk;
CREATE TABLE chunk (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL);
