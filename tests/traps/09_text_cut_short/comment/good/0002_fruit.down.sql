DROP INDEX fruit_by_name;
DROP TABLE fruit;
