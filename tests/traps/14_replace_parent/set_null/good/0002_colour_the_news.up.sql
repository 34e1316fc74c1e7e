UPDATE tag SET colour = 'red' WHERE name = 'news' AND colour IS NULL;
