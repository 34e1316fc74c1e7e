CREATE TABLE a (x);
INSERT INTO a SELECT printf('%.*c', 20000000, 'a') LIKE '%' || printf('%.*c', 40000, 'a') || 'b';
