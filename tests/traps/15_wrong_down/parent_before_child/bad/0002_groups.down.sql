DROP TABLE author_group;
DROP TABLE grouping;
