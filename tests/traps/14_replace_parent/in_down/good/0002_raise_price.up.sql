UPDATE plan SET cents = 1200 WHERE id = 2 AND cents = 900;
