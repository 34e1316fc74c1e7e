CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    price INTEGER
);
INSERT INTO item (id, title) VALUES (1000, 'Sample');
