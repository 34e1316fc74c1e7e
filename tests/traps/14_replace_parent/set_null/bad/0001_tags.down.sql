DROP TABLE article;
DROP TABLE tag;
