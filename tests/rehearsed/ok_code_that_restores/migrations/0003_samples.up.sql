INSERT INTO item (title) VALUES ('Sample');
