DROP TABLE memo;
DROP TABLE folder;
