INSERT INTO item (id, title) VALUES (1000, 'Sample');
