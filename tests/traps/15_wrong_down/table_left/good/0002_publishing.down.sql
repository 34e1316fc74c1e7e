DROP TABLE contract;
DROP TABLE publisher;
