PRAGMA foreign_keys = OFF;
INSERT INTO sweep (what) VALUES ('all authors');
DROP TRIGGER sweep_authors;
PRAGMA foreign_keys = ON;
