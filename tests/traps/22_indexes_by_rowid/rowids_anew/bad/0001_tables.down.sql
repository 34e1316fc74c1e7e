DROP TABLE note_fts;
DROP TABLE note;
