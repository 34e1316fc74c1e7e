ATTACH ('stolen' || '.db') AS y;
CREATE TABLE y.t (x);
