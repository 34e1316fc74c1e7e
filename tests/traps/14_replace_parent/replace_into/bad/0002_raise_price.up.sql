replace into plan (id, name, cents) values (2, 'team', 1200);
