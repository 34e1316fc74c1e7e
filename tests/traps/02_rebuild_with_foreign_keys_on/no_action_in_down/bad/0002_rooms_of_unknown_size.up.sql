PRAGMA foreign_keys = OFF;

CREATE TABLE room_new (
    building TEXT NOT NULL,
    number INTEGER NOT NULL,
    seats INTEGER,
    PRIMARY KEY (building, number)
);

INSERT INTO room_new (building, number, seats)
SELECT building, number, seats
FROM room;

DROP TABLE room;
ALTER TABLE room_new RENAME TO room;

PRAGMA foreign_keys = ON;
