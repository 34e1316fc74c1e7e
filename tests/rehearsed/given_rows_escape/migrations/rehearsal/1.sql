ATTACH lower('victim.db') AS y;
DROP TABLE y.t;
