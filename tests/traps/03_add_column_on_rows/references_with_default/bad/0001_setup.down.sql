DROP TABLE warehouse;
DROP TABLE article;
