DROP TABLE booking;
DROP TABLE room;
