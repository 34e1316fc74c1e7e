DROP TABLE setting;
DROP TABLE fixed;
DROP TABLE task;
DROP TABLE log;
DROP TABLE phone;
DROP TABLE person;
