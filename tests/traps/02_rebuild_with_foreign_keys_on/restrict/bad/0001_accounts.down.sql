DROP TABLE account;
DROP TABLE currency;
