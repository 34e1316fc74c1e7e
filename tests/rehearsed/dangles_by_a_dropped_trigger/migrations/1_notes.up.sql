CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE note (
    author_id INTEGER NOT NULL REFERENCES author (id),
    day INTEGER NOT NULL,
    PRIMARY KEY (author_id, day)
) WITHOUT ROWID;
CREATE TABLE sweep (what TEXT NOT NULL);
CREATE TRIGGER sweep_authors AFTER INSERT ON sweep WHEN NEW.what = 'all authors'
BEGIN
    DELETE FROM author;
END;
