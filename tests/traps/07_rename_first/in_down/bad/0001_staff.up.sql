CREATE TABLE staff (
    id INTEGER PRIMARY KEY,
    boss_id INTEGER REFERENCES staff (id),
    name TEXT NOT NULL
);

CREATE TABLE shift (
    day TEXT NOT NULL,
    staff_id INTEGER NOT NULL,
    PRIMARY KEY (day, staff_id),
    FOREIGN KEY (staff_id) REFERENCES staff (id) DEFERRABLE INITIALLY DEFERRED
);
