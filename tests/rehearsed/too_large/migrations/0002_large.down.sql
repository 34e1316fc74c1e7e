DROP TABLE large;
