DROP TABLE track;
DROP TABLE album;
