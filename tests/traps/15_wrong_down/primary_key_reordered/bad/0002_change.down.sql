PRAGMA foreign_keys = OFF;

CREATE TABLE slot_new (
    room TEXT NOT NULL,
    hour INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (hour, room)
);

INSERT INTO slot_new (room, hour, note)
SELECT room, hour, COALESCE(note, '')
FROM slot;

DROP TABLE slot;
ALTER TABLE slot_new RENAME TO slot;

PRAGMA foreign_keys = ON;
