DROP VIEW poet_list;
DROP TABLE poet;
