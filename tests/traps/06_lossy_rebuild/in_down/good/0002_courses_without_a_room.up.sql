PRAGMA foreign_keys = OFF;

CREATE TABLE course_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    room TEXT
);

INSERT INTO course_new (id, name, room)
SELECT id, name, NULLIF(room, '')
FROM course;

DROP TABLE course;
ALTER TABLE course_new RENAME TO course;

CREATE INDEX course_by_room ON course (room, name);

PRAGMA foreign_keys = ON;
