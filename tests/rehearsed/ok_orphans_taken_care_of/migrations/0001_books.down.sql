DROP TABLE quote;
DROP TABLE book;
DROP TABLE author;
