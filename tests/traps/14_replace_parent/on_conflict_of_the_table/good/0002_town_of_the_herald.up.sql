UPDATE paper SET town = 'Leith' WHERE name = 'Herald' AND town IS NULL;
