DROP TABLE town;
DROP TABLE country;
