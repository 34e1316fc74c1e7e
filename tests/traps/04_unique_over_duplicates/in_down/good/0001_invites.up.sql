CREATE TABLE invite (
    id INTEGER PRIMARY KEY,
    guest TEXT NOT NULL
);

CREATE UNIQUE INDEX invite_by_guest ON invite (guest);
