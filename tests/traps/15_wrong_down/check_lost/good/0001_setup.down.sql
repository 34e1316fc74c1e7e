DROP TABLE holiday;
