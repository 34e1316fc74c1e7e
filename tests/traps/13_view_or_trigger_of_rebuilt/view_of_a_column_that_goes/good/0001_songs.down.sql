DROP VIEW song_list;
DROP TABLE song;
