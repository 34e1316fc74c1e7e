DROP TABLE migratory_notes;
