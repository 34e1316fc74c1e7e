DELETE FROM category WHERE id = 7;
