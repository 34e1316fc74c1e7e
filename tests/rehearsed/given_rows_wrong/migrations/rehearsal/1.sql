INSERT INTO event (id, text) VALUES (1, 'x');
