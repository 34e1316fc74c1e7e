CREATE TABLE kind (name TEXT PRIMARY KEY NOT NULL);
INSERT INTO item (id, title) VALUES (1, 'the first');
