PRAGMA foreign_keys = OFF;

CREATE TABLE course_new (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    room TEXT NOT NULL DEFAULT ''
);

INSERT INTO course_new (id, name, room)
SELECT id, name, COALESCE(room, '')
FROM course;

DROP TABLE course;
ALTER TABLE course_new RENAME TO course;

PRAGMA foreign_keys = ON;
