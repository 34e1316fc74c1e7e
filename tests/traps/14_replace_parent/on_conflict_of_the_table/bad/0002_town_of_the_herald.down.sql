UPDATE paper SET town = NULL WHERE name = 'Herald' AND town = 'Leith';
