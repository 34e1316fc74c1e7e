DROP TABLE sample;
DROP TABLE sensor;
