PRAGMA foreign_keys = OFF;

CREATE TABLE slot_new (
    room TEXT NOT NULL,
    hour INTEGER NOT NULL,
    note TEXT,
    PRIMARY KEY (room, hour)
);

INSERT INTO slot_new (room, hour, note)
SELECT room, hour, note
FROM slot;

DROP TABLE slot;
ALTER TABLE slot_new RENAME TO slot;

PRAGMA foreign_keys = ON;
