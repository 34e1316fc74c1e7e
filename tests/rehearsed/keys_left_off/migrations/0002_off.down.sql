DROP TABLE note;
DROP INDEX nothing;
