CREATE TABLE tour (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    guide TEXT NOT NULL DEFAULT ''
);

CREATE VIEW tour_guide AS
SELECT name, guide FROM tour;
