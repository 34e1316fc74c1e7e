DROP TABLE sweep;
DROP TABLE note;
DROP TABLE author;
