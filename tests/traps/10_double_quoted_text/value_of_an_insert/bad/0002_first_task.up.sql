INSERT INTO task (id, title) VALUES (1, "welcome") ON CONFLICT DO NOTHING;
