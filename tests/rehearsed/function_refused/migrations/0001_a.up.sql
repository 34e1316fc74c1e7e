CREATE TABLE a (x);
INSERT INTO a VALUES (load_extension('evil'));
