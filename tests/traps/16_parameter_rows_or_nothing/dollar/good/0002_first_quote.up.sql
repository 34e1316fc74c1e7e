INSERT INTO quote (id, text) VALUES (1, 'costs $1') ON CONFLICT DO NOTHING;
