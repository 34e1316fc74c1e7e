DROP TABLE feature;
