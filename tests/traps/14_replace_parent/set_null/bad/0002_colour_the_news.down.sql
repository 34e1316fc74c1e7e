UPDATE tag SET colour = NULL WHERE name = 'news' AND colour = 'red';
