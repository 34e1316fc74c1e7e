-- A team has members, and one of them leads it: two tables that refer to each other.

CREATE TABLE team (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    lead_id INTEGER REFERENCES team_member (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE team_member (
    id INTEGER PRIMARY KEY,
    team_id INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    UNIQUE (team_id, person_id)
);
