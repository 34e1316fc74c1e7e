DROP INDEX fruit_by_name;
/* and the table *
DROP TABLE fruit;
