INSERT OR REPLACE INTO tag (id, name, colour)
SELECT id, name, 'red' FROM tag WHERE name = 'news';
