INSERT INTO event (id, body) VALUES (1, '{"title": "start"}');
