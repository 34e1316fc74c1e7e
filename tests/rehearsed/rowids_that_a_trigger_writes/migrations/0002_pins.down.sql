DROP TRIGGER note_read;
DROP TABLE read;
