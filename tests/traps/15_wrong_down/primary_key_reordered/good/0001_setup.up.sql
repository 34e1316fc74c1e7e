CREATE TABLE slot (
    room TEXT NOT NULL,
    hour INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (room, hour)
);
