DROP TABLE subscription;
DROP TABLE plan;
