ATTACH DATABASE 'archive.db' AS archive;

CREATE TABLE archive.entry (id INTEGER PRIMARY KEY, at TEXT NOT NULL);

DETACH DATABASE archive;
