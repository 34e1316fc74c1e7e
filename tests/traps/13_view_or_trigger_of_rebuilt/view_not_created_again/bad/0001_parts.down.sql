DROP VIEW part_name;
DROP TABLE part;
