DROP TABLE shift;
DROP TABLE staff;
