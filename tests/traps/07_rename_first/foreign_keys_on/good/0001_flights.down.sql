DROP TABLE flight;
DROP TABLE airport;
