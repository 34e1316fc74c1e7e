DROP TABLE street;
DROP TABLE city;
