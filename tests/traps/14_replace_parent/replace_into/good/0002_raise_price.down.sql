UPDATE plan SET cents = 900 WHERE id = 2 AND cents = 1200;
