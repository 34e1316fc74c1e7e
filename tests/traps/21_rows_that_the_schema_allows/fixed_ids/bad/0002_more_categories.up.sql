INSERT INTO category (id, name) VALUES (7, 'travel');
