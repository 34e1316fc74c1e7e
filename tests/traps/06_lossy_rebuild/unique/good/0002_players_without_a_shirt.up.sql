-- migratory: irreversible: the release before could not read what is written from here on
PRAGMA foreign_keys = OFF;

CREATE TABLE player_new (
    id INTEGER PRIMARY KEY,
    team TEXT NOT NULL DEFAULT '',
    shirt INTEGER NOT NULL DEFAULT 0,
    UNIQUE (team, shirt)
);

INSERT INTO player_new (id, team, shirt)
SELECT id, team, shirt
FROM player;

DROP TABLE player;
ALTER TABLE player_new RENAME TO player;

PRAGMA foreign_keys = ON;
