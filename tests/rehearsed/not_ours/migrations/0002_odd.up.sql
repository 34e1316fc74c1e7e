CREATE TABLE migratory_notes (x);
DELETE FROM migratory_history WHERE version = 1;
PRAGMA writable_schema = ON;
