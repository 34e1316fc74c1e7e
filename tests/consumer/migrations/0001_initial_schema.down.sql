DROP TABLE note;
DROP TABLE author;
