CREATE TABLE plan (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    cents INTEGER NOT NULL
);

CREATE TABLE subscription (
    id INTEGER PRIMARY KEY,
    plan_id INTEGER NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
    customer TEXT NOT NULL
);

INSERT OR IGNORE INTO plan (id, name, cents)
VALUES
    (1, 'free', 0),
    (2, 'team', 900);
