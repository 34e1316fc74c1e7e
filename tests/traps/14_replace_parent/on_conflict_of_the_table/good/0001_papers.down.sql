DROP TABLE reader;
DROP TABLE paper;
