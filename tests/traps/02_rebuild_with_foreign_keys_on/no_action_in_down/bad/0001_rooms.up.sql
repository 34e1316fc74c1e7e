CREATE TABLE room (
    building TEXT NOT NULL,
    number INTEGER NOT NULL,
    seats INTEGER NOT NULL,
    PRIMARY KEY (building, number)
);

CREATE TABLE booking (
    id INTEGER PRIMARY KEY,
    building TEXT NOT NULL,
    number INTEGER NOT NULL,
    begins_at TEXT NOT NULL,
    FOREIGN KEY (building, number) REFERENCES room (building, number)
);
