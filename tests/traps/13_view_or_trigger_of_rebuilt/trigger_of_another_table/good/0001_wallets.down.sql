DROP TABLE transfer;
DROP TABLE wallet;
