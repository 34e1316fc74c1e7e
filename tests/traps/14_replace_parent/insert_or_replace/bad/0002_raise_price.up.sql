INSERT OR REPLACE INTO plan (id, name, cents)
VALUES (2, 'team', 1200);
