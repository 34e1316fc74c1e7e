INSERT INTO paper (name, town) VALUES ('Herald', 'Leith');
