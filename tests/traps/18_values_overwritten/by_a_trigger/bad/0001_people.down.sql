DROP TABLE login;
DROP TABLE person;
