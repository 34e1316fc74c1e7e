CREATE TABLE song (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    seconds INTEGER NOT NULL
);

CREATE VIEW song_list AS
SELECT id, title, seconds FROM song;
