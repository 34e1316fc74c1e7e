DROP TABLE entry_archive;
