-- Drops the catalogue, children before their parents; the indexes go with their tables.

DROP TABLE setting;
DROP TABLE credit;
DROP TABLE person;
DROP TABLE item;
DROP TABLE medium;
