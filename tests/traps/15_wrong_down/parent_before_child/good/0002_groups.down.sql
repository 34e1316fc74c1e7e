DROP TABLE grouping;
DROP TABLE author_group;
