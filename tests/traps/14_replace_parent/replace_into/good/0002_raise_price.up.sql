INSERT INTO plan (id, name, cents)
VALUES (2, 'team', 1200)
ON CONFLICT (id) DO UPDATE SET cents = excluded.cents;
