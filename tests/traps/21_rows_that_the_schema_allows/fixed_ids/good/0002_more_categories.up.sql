INSERT INTO category (id, name) VALUES (7, 'travel')
ON CONFLICT DO NOTHING;
