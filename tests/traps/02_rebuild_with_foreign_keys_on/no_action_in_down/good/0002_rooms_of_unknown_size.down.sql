PRAGMA foreign_keys = OFF;

CREATE TABLE room_new (
    building TEXT NOT NULL,
    number INTEGER NOT NULL,
    seats INTEGER NOT NULL,
    PRIMARY KEY (building, number)
);

INSERT INTO room_new (building, number, seats)
SELECT building, number, COALESCE(seats, 0)
FROM room;

DROP TABLE room;
ALTER TABLE room_new RENAME TO room;

PRAGMA foreign_keys = ON;
