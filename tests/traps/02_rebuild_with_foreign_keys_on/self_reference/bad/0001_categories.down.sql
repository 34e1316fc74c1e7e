DROP TABLE category;
