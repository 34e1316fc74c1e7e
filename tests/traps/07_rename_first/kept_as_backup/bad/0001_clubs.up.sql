CREATE TABLE club (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE TABLE membership (
    person TEXT NOT NULL,
    club_id INTEGER NOT NULL REFERENCES club (id),
    PRIMARY KEY (person, club_id)
) WITHOUT ROWID;
