DROP TABLE membership;
DROP TABLE club;
