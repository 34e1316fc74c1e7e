DROP TABLE note_fts;
