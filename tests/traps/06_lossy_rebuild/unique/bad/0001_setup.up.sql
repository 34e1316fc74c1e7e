CREATE TABLE player (
    id INTEGER PRIMARY KEY,
    team TEXT NOT NULL,
    shirt INTEGER NOT NULL DEFAULT 0,
    UNIQUE (team, shirt)
);
